import { defineDemo } from "@ipc-playground/lab-kit";
import { openPipe, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

const WORKERS = 3;

export default defineDemo({
  name: "barrier",
  title: "End-of-file as a barrier: wait for everybody at once",
  claims: {
    waitsForAll: {
      says: "A reader of a pipe into which nobody ever writes can wait for any number of processes to be ready.",
      expect: "holds",
      source: "The Linux Programming Interface, 44.3",
    },
  },
  processes: {
    worker({ fd, number, log }) {
      using ready = new WriteEnd(fd("ready"));
      using orders = new ReadEnd(fd("orders"));
      // The director says when, so that the order in the picture is one that it chose.
      orders.readFully(new Uint8Array(number("turn")));
      log.event("close", { object: ready.name });
    },
    waiter({ fd, log }) {
      using ready = new ReadEnd(fd("ready"));
      return log.call("read", ready.name, () => ready.read(new Uint8Array(1))).kind;
    },
  },
  async run({ start, claim, step }) {
    using ready = openPipe();
    const gates = Array.from({ length: WORKERS }, () => openPipe());
    const waiter = start("waiter", { fds: { ready: ready.readEnd } });
    const workers = gates.map((gate, i) =>
      start("worker", {
        as: `worker ${i + 1}`,
        fds: { ready: ready.writeEnd, orders: gate.readEnd },
        args: { turn: 1 },
      }),
    );
    ready.writeEnd.close();
    await waiter.asleep({ in: "read" });

    step("Three workers hold the write end. Each closes it when it is ready; no byte is ever sent.");
    const stillWaiting: boolean[] = [];
    for (const [i, gate] of gates.entries()) {
      if (i > 0) stillWaiting.push(waiter.running);
      gate.writeEnd.write(Buffer.from("!"));
      await workers[i]?.result();
      gate[Symbol.dispose]();
    }
    const seen = await waiter.result<string>();
    claim(
      "waitsForAll",
      seen === "end-of-file" && stillWaiting.every(Boolean),
      `after 1 and 2 of 3 workers it still waited; after the third it saw ${seen}`,
    );
  },
});
