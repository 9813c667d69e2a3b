import {
  createMemfd,
  createSeqlock,
  SEQLOCK_HEADER_BYTES,
  SeqlockReader,
  SeqlockWriter,
} from "@ipc-playground/shared-memory";
import { expect, onTestFinished, test } from "vitest";
import { codeOf, startNode } from "./processes.ts";

const AT = { version: 4, bytes: 8, sequence: 128 };

function seqlockHere(bytes = 64) {
  const file = createMemfd({ bytes: SEQLOCK_HEADER_BYTES + bytes });
  onTestFinished(() => file.close());
  const memory = file.map();
  createSeqlock(memory, { bytes });
  return { memory, place: `/proc/${process.pid}/fd/${file.fd}` };
}

const OPEN = `import { openSync } from "node:fs";
  const memory = shm.mapMemfd(openSync(place, "r+"));`;

test("a reader gets the latest value, and only that", () => {
  const { memory } = seqlockHere(4);
  const writer = new SeqlockWriter(memory);
  const reader = new SeqlockReader(memory);
  expect(reader.read()).toEqual(Uint8Array.of(0, 0, 0, 0));
  writer.write(Uint8Array.of(1, 2, 3, 4));
  writer.write(Uint8Array.of(5, 6, 7, 8));
  expect([reader.read(), reader.read()]).toEqual([Uint8Array.of(5, 6, 7, 8), Uint8Array.of(5, 6, 7, 8)]);
});

test("nobody ever reads half of one value and half of another", async () => {
  const { place } = seqlockHere();
  // Every byte of a value is the same. The readers stop when they have seen enough.
  const readers = Array.from({ length: 2 }, () =>
    startNode(
      `${OPEN}
       const reader = new shm.SeqlockReader(memory);
       let values = 0, torn = 0, changing = 0, last = -1;
       for (let reads = 0; values < 2000; reads++) {
         const value = reader.tryRead();
         if (value === null) { changing++; continue; }
         if (value.some((byte) => byte !== value[0])) torn++;
         if (value[0] !== last) { values++; last = value[0]; }
       }
       console.log(JSON.stringify({ torn, changed: changing > 0 }));`,
      place,
    ),
  );
  // Ended with the test: startNode sees to it.
  void startNode(
    `${OPEN}
     const writer = new shm.SeqlockWriter(memory);
     const value = new Uint8Array(64);
     const turn = () => {
       // With no pause between two writes, no read would ever fit in.
       for (let i = 0; i < 1000; i++) {
         value.fill(value[0] + 1);
         writer.write(value);
         for (const until = performance.now() + 0.002 * (i % 3); performance.now() < until; );
       }
       if (process.ppid === ${process.pid}) setImmediate(turn);
     };
     turn();`,
    place,
  );
  for (const said of await Promise.all(readers)) expect(JSON.parse(said)).toMatchObject({ torn: 0 });
});

test("a writer that is killed in the middle of a write is reported, and the next one mends it", async () => {
  const { memory, place } = seqlockHere(4);
  await startNode(
    `${OPEN}
     new shm.SeqlockWriter(memory).write(Uint8Array.of(1, 1, 1, 1));
     memory.view(Int32Array)[${AT.sequence / 4}]++;
     process.kill(process.pid, "SIGKILL");`,
    place,
  );
  const reader = new SeqlockReader(memory);
  expect(reader.tryRead()).toBeNull();
  expect(codeOf(() => reader.read())).toBe("PEER_DIED");
  new SeqlockWriter(memory).write(Uint8Array.of(2, 2, 2, 2));
  expect(reader.read()).toEqual(Uint8Array.of(2, 2, 2, 2));
});

test("a value that does not stand still in time is an error", () => {
  const { memory } = seqlockHere(4);
  const writer = new SeqlockWriter(memory);
  const sequence = memory.view(Int32Array, AT.sequence, 1);
  sequence[0] = 1;
  expect(codeOf(() => new SeqlockReader(memory).read({ withinMs: 5 }))).toBe("DEADLINE_PASSED");
  writer.close();
});

test("a second writer, a wrong length and foreign or closed memory are errors", () => {
  const { memory } = seqlockHere(8);
  const writer = new SeqlockWriter(memory);
  const reader = new SeqlockReader(memory);
  expect(codeOf(() => new SeqlockWriter(memory))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => writer.write(new Uint8Array(7)))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => createSeqlock(memory, { bytes: 6 }))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => createSeqlock(memory, { bytes: 12 }))).toBe("MEMORY_FOREIGN");
  const words = memory.view(Int32Array);
  for (const [at, value] of [
    [AT.bytes, 12],
    [AT.bytes, -4],
    [AT.version, 9],
    [0, 0],
  ] as const) {
    createSeqlock(memory, { bytes: 8 });
    words[at / 4] = value;
    expect(codeOf(() => new SeqlockReader(memory))).toBe("MEMORY_FOREIGN");
  }
  memory.close();
  expect(codeOf(() => reader.read())).toBe("ALREADY_CLOSED");
  expect(codeOf(() => writer.write(new Uint8Array(8)))).toBe("ALREADY_CLOSED");
  writer.close();
});
