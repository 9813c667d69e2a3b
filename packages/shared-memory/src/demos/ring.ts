import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import {
  createMemfd,
  createRing,
  mapMemfd,
  RING_HEADER_BYTES,
  RingReader,
  RingWriter,
} from "@ipc-playground/shared-memory";

/** Room for frames, in bytes: so little that the third has to go back to the beginning. */
const CAPACITY = 64;
const FRAMES = ["first", "the second one, longer", "the third goes round", "fourth", "fifth"];
/** Frames that nobody tells: their own number is in them, twice. */
const UNTOLD = 5_000;

/** How often the reader asks whether the writer lives, in milliseconds: seldom, so that it is seen asleep. */
const askEveryMs = 200;

const textOf = (frame: Uint8Array) => Buffer.from(frame).toString();
export default defineDemo({
  name: "ring",
  title: "A ring of frames, for one writer and one reader",
  claims: {
    burns: {
      says: "Who waits for shared memory to change burns a processor, looking again and again.",
      expect: "refuted",
      source: "futex(2), FUTEX_WAIT: sleep while a word holds a value",
    },
    whole: {
      says: "Frames come out whole and in order, though the memory ends in the middle of one.",
      expect: "holds",
      source: "Lamport, Proving the Correctness of Multiprocess Programs (1977)",
    },
    lock: {
      says: "Two processes that share a queue need a lock around it.",
      expect: "refuted",
      source: "Lamport (1977): not one writer and one reader, each with a position of its own",
    },
    forever: {
      says: "If the other process dies, whoever waits for it in shared memory waits for ever.",
      expect: "refuted",
      source: "proc_pid_stat(5): pid and starttime tell whether it lives; the kernel wakes nobody",
    },
  },
  predict: {
    question:
      "The reader sleeps, and the writer is killed. A pipe would be at its end. And a ring in memory?",
    choices: ["At its end, too", "The reader gets SIGBUS", "Nothing happens, unless the reader asks"],
    answer: 2,
    because:
      "The kernel closes a dead process's descriptors, and that is noticed at the other end. A mapping just goes.",
  },
  processes: {
    reader({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      const ring = new RingReader(memory, { wait: "futex", askEveryMs });
      const told: string[] = [];
      const places: number[] = [];
      for (let i = 0; i < FRAMES.length; i++) {
        // The first one is waited for, which is told as what it is: without an arrow.
        const flow = (text: string | null) => ({
          ...(i > 0 && { flow: [`frame ${i}`] }),
          result: `“${text}”`,
        });
        const copy = (frame: Uint8Array) => {
          places.push(frame.byteOffset - RING_HEADER_BYTES);
          return textOf(frame);
        };
        const op = i === 0 ? "futex" : "read";
        told.push(log.call(op, ring.name, () => ring.take(copy), undefined, flow) ?? "");
      }
      let right = 0;
      for (let i = 0; i < UNTOLD; i++) if (ring.take(textOf) === `${i} ${i}`) right++;
      log.event(`read ×${UNTOLD}`, { object: ring.name, result: `${right} right` });
      const before = performance.now();
      let end = "null";
      try {
        log.call("futex", ring.name, () => ring.take(textOf));
      } catch (error) {
        end = error instanceof IpcError ? error.code : String(error);
      }
      return { told, places, right, end, ms: Math.round(performance.now() - before) };
    },
    writer({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      const ring = new RingWriter(memory, { wait: "futex" });
      for (const [i, text] of FRAMES.entries()) {
        const frame = Buffer.from(text);
        const flow = () => ({ flow: [`frame ${i}`], bytes: frame.length, result: `“${text}”` });
        log.call("write", ring.name, () => ring.write(frame), undefined, flow);
      }
      for (let i = 0; i < UNTOLD; i++) ring.write(Buffer.from(`${i} ${i}`));
      log.event(`write ×${UNTOLD}`, { object: ring.name });
      // Nothing wakes it: it is there to be killed.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
  },
  async run({ start, claim, step }) {
    using file = createMemfd({ bytes: RING_HEADER_BYTES + CAPACITY, name: "ring" });
    using memory = file.map();
    createRing(memory);
    const fds = { memory: file };
    step(`A ring of ${CAPACITY} bytes, in which there is nothing yet. The reader waits.`);
    const reader = start("reader", { fds });
    await reader.asleep({ in: "futex" });
    const where = reader.whereabouts();
    claim("burns", !where.startsWith("asleep in futex"), `the reader is ${where}`);

    step("The writer's frames go round, and so do many more. Then both wait.");
    const writer = start("writer", { fds });
    await writer.said(`write ×${UNTOLD}`);
    await reader.said(`read ×${UNTOLD}`);
    await reader.asleep({ in: "futex" });

    step("The writer is killed.");
    writer.kill("SIGKILL");
    await writer.exited();
    const { told, places, right, end, ms } = await reader.result<Result>();
    const round = places.some((place, i) => place < (places[i - 1] ?? 0));
    claim(
      "whole",
      round && told.join() === FRAMES.join(),
      `frames at bytes ${places.join(", ")}: ${told.length} of ${FRAMES.length} right`,
    );
    claim("lock", right < UNTOLD, `no lock anywhere, and ${right} of ${UNTOLD} frames came right`);
    claim(
      "forever",
      end !== "PEER_DIED",
      `the reader gave up with ${end}, ${ms} ms after it had begun to wait`,
    );
  },
});

type Result = { told: string[]; places: number[]; right: number; end: string; ms: number };
