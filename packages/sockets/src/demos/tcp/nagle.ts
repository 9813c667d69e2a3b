import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import * as libc from "@ipc-playground/libc";
import { Scene } from "./scene.ts";
import { accept } from "./telling.ts";

/** Questions that are asked each way. The first few are answered at once: the server's kernel is still getting to know its peer. */
const ROUNDS = 12;
const SKIPPED = 4;
const WAYS = ["default", "TCP_NODELAY", "one write"] as const;
type Way = (typeof WAYS)[number];
const ms = (millis: number) => `${millis.toFixed(millis < 1 ? 2 : 0)} ms`;

export default defineDemo({
  name: "nagle",
  title: "Two small writes, then a read: Nagle meets delayed ACK",
  claims: {
    atOnce: {
      says: "A socket of Node's net sends each small write at once.",
      expect: "refuted",
      source:
        "RFC 9293, section 3.7.4, and RFC 1122, section 4.2.3.2: Nagle's algorithm is on, and ACKs are delayed",
    },
    noDelay: {
      says: "With setNoDelay(true) the same takes no noticeable time.",
      expect: "holds",
      source: "tcp(7), TCP_NODELAY",
    },
    onlyCure: {
      says: "Turning Nagle's algorithm off is the only cure.",
      expect: "refuted",
      source: "RFC 896: it holds back small segments while one is under way; one write makes one segment",
    },
  },
  predict: {
    question:
      "A client writes a header, writes a body, and reads the answer, all on one machine. How long does it take?",
    choices: ["Well under a millisecond", "Some 40 milliseconds", "About a second"],
    answer: 1,
    because:
      "The body waits for the header's acknowledgement. The server's kernel holds that back, hoping for an answer to put it on; the answer needs the body.",
  },
  processes: {
    async client({ number, log }) {
      const medians: Partial<Record<Way, number>> = {};
      for (const way of WAYS) {
        const socket = connect(number("port"), "127.0.0.1");
        await once(socket, "connect");
        socket.setNoDelay(way === "TCP_NODELAY");
        const times: number[] = [];
        for (let round = 0; round < ROUNDS; round++) times.push(await ask(socket, way));
        socket.destroy();
        const median = times.slice(SKIPPED).toSorted((a, b) => a - b)[(ROUNDS - SKIPPED) >> 1] as number;
        log.event("asked", { object: way, result: `${ROUNDS} times, median ${ms(median)}` });
        medians[way] = median;
      }
      return medians;
    },
    /** Answers when both halves of a question are there. */
    server({ fd, log }) {
      for (const _ of WAYS) {
        const socket = accept(log, fd("listener"));
        const buffer = new Uint8Array(2);
        for (let have = 0; ; ) {
          const got = libc.recv(socket, buffer);
          if (got <= 0) break;
          have += got;
          if (have % 2 === 0) libc.send(socket, Buffer.from("!"));
        }
        libc.close(socket);
      }
    },
  },
  async run({ start, claim, step, log }) {
    using scene = new Scene(log, { watch: false });
    step(
      `A client writes a byte, writes another, and reads the answer, ${ROUNDS} times: as it is, with TCP_NODELAY, and in one write.`,
    );
    const client = start("client", { args: { port: scene.port } });
    start("server", { fds: { listener: scene.listener } });
    const took = await client.result<Record<Way, number>>();
    const [plain, noDelay, oneWrite] = WAYS.map((way) => took[way]) as [number, number, number];
    claim("atOnce", plain < 20 || plain < 5 * noDelay, `write, write, read: ${ms(plain)} (median)`);
    claim("noDelay", noDelay * 5 < plain, `${ms(noDelay)}, ${Math.round(plain / noDelay)} times as fast`);
    claim("onlyCure", oneWrite * 5 > plain, `both bytes in one write, Nagle's algorithm on: ${ms(oneWrite)}`);
  },
});

/** Ask one question, and wait for the answer. Returns milliseconds. */
async function ask(socket: Socket, way: Way): Promise<number> {
  const began = performance.now();
  const answered = once(socket, "data");
  if (way === "one write") socket.write("ab");
  // The second only when the first is with the kernel, or Node would put them together.
  else socket.write("a", () => socket.write("b"));
  await answered;
  return performance.now() - began;
}
