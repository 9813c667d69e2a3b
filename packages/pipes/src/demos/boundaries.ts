import { defineDemo } from "@ipc-playground/lab-kit";
import { openPipe, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

const MESSAGES = ["one", "two", "three"];

export default defineDemo({
  name: "boundaries",
  title: "A pipe carries bytes, not messages",
  claims: {
    oneRead: {
      says: "What was written with one write is read with one read.",
      expect: "refuted",
      source: "pipe(7): a byte stream, no message boundaries",
    },
    packets: {
      says: "A Linux pipe can be told to keep the boundaries.",
      expect: "holds",
      source: "pipe2(2), O_DIRECT, since Linux 3.4",
    },
  },
  predict: {
    question:
      'Three writes: "one", "two", "three". Then one read with room for 64 bytes. What does it return?',
    choices: ['"one"', '"onetwothree"', '"three"'],
    answer: 1,
    because: "The pipe remembers bytes, not how they came. A program that wants messages has to frame them.",
  },
  processes: {
    writer({ fd, log }) {
      using output = new WriteEnd(fd("out"));
      for (const message of MESSAGES)
        log.call("write", output.name, () => output.write(Buffer.from(message)));
    },
    reader({ fd, log }) {
      using input = new ReadEnd(fd("in"));
      const got: string[] = [];
      const buffer = new Uint8Array(64);
      for (;;) {
        const result = log.call("read", input.name, () => input.read(buffer));
        if (result.kind !== "bytes") return got;
        got.push(Buffer.from(buffer.subarray(0, result.bytes)).toString());
      }
    },
  },
  async run({ start, claim, step }) {
    step("Three writes, and only then a reader.");
    const stream = await send(false);
    claim(
      "oneRead",
      stream.length === MESSAGES.length,
      `3 writes, ${stream.length} read: ${JSON.stringify(stream)}`,
    );

    step("The same with a pipe in packet mode.");
    const packets = await send(true);
    claim(
      "packets",
      packets.join() === MESSAGES.join(),
      `3 writes, ${packets.length} reads: ${JSON.stringify(packets)}`,
    );

    async function send(packetMode: boolean): Promise<string[]> {
      using pipe = openPipe({ packetMode });
      await start("writer", { fds: { out: pipe.writeEnd } }).result();
      pipe.writeEnd.close();
      return start("reader", { fds: { in: pipe.readEnd } }).result<string[]>();
    }
  },
});
