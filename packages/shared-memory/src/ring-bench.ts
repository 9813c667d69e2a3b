import { type BenchSpec, defineBench, type Side, type SyncEndpoint } from "@ipc-playground/bench-kit";
import { openAgain } from "./bench.ts";
import { createMemfd, mapMemfd } from "./memfd.ts";
import { createRing, RING_HEADER_BYTES } from "./ring-layout.ts";
import { RingReader } from "./ring-reader.ts";
import type { Waiting } from "./ring-wait.ts";
import { RingWriter } from "./ring-writer.ts";

/** Frames that are shown to the reader together. The yardstick's is the same. */
const AT_ONCE = 64;

type RingSide = Side<"in" | "out">;

/** Room for frames: some of the longest, and no more than a processor's own cache for short ones. */
function capacityFor(size: number): number {
  return Math.max(256 * 1024, 2 ** Math.ceil(Math.log2(8 * size)));
}

/** A memory file with a ring in it. */
function ringFile(size: number): number {
  const { fd } = createMemfd({ bytes: RING_HEADER_BYTES + capacityFor(size), name: "bench" });
  using memory = mapMemfd(fd);
  createRing(memory);
  return fd;
}

function ringEndpoint({ fds }: RingSide, wait: Waiting, framesAtOnce: number): SyncEndpoint {
  const writer = new RingWriter(mapMemfd(fds.out), { wait });
  const reader = new RingReader(mapMemfd(fds.in), { wait });
  let staged = 0;
  return {
    send: (message) => writer.write(message),
    receive: (message) => reader.readInto(message) ?? 0,
    batch: {
      send(message) {
        writer.stage(message);
        if (++staged < framesAtOnce) return;
        staged = 0;
        writer.publish();
      },
      flush: () => writer.publish(),
    },
  };
}

/** The benchmark of a ring whose writer publishes so many frames together. */
export function ringBench(name: string, framesAtOnce: number): BenchSpec<"in" | "out", never> {
  const mode = (wait: Waiting) => (side: RingSide) => ringEndpoint(side, wait, framesAtOnce);
  return {
    mechanism: name,
    yardstick: name,
    yardstickModes: ["blocking", "spin", "hybrid"],
    measures: ["throughput"],
    work: {
      copies: 2,
      systemCalls: { blocking: 0, spin: 0, hybrid: 0 },
      says: "copied into the ring and out of it; futex(2) is called only where somebody sleeps",
    },
    open({ size }) {
      const [there, back] = [ringFile(size), ringFile(size)];
      return {
        a: { fds: { out: there, in: back } },
        b: { fds: { out: openAgain(back), in: openAgain(there) } },
      };
    },
    modes: { blocking: mode("futex"), spin: mode("spin"), hybrid: mode("hybrid") },
  };
}

export default defineBench(ringBench("shm-ring", AT_ONCE));
