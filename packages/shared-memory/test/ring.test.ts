import { processStat } from "@ipc-playground/libc";
import {
  createMemfd,
  createRing,
  RING_HEADER_BYTES,
  RingReader,
  RingWriter,
} from "@ipc-playground/shared-memory";
import { describe, expect, onTestFinished, test } from "vitest";
import { codeOf, startNode } from "./processes.ts";
import { ringFile, startSide, WAITINGS } from "./ring-processes.ts";

/** Where the header's words are. */
const AT = { capacity: 8, tail: 128, head: 256, writer: 640, reader: 768 };

/** A ring with both ends in this process, each on a mapping of its own, as two processes would have it. */
function ringHere(capacity: number, { position = 0, wait = "futex" as const } = {}) {
  const file = ringFile(capacity);
  const memory = file.map();
  const words = memory.view(Int32Array);
  for (const at of [AT.tail, AT.head]) words[at / 4] = position;
  const writer = new RingWriter(memory, { wait });
  const reader = new RingReader(file.map(), { wait });
  file.close();
  return { memory, words, writer, reader, data: memory.view(Uint8Array, RING_HEADER_BYTES) };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

test("a frame is its length and its bytes, filled up to a multiple of 4", () => {
  const { writer, reader, data } = ringHere(64);
  writer.write(bytes(1, 2, 3, 4, 5));
  expect([...data.subarray(0, 12)]).toEqual([5, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0]);
  expect(reader.read()).toEqual(bytes(1, 2, 3, 4, 5));
});

test("a frame that does not fit before the end goes to the beginning, whole", () => {
  const { writer, reader, data } = ringHere(64, { position: 56 });
  writer.write(bytes(1, 2, 3, 4, 5));
  expect([...data.subarray(56, 60)]).toEqual([255, 255, 255, 255]);
  expect([...data.subarray(0, 9)]).toEqual([5, 0, 0, 0, 1, 2, 3, 4, 5]);
  expect(reader.read()).toEqual(bytes(1, 2, 3, 4, 5));
});

test("frames of every length come through from every position", () => {
  const capacity = 64;
  for (let position = 0; position < capacity; position += 4) {
    const { writer, reader, memory } = ringHere(capacity, { position });
    for (let length = 0; length <= writer.maxFrameBytes; length++) {
      // A short one first, so that the positions wander; the same buffer twice takes the other way to copy.
      const frame = Uint8Array.from({ length }, (_, i) => position + length + i);
      const into = new Uint8Array(length);
      for (let again = 0; again < 2; again++) {
        writer.write(frame.subarray(0, length % 7));
        expect(reader.read()).toEqual(frame.subarray(0, length % 7));
        writer.write(frame);
        expect(reader.readInto(into.fill(0))).toBe(length);
        expect(into).toEqual(frame);
      }
    }
    memory.close();
  }
});

test("positions go on where an Int32 ends", () => {
  for (const position of [0x7fff_fff8, -8]) {
    const { writer, reader } = ringHere(64, { position });
    for (let i = 0; i < 20; i++) {
      writer.write(bytes(i, i, i));
      expect(reader.read()).toEqual(bytes(i, i, i));
    }
  }
});

test("what is staged is not there until it is published, or the ring is full", () => {
  const { writer, reader } = ringHere(64);
  writer.stage(bytes(1));
  expect(reader.tryRead()).toBeNull();
  writer.publish();
  expect(reader.tryRead()).toEqual(bytes(1));
  while (writer.tryStage(bytes(2)));
  expect(reader.tryRead()).toEqual(bytes(2));
});

test("a full ring and an empty one are values; waiting for them in vain is an error", () => {
  const { writer, reader } = ringHere(64);
  expect(reader.tryRead()).toBeNull();
  expect(codeOf(() => reader.read({ withinMs: 5 }))).toBe("DEADLINE_PASSED");
  while (writer.tryWrite(bytes(1, 2, 3, 4)));
  expect(codeOf(() => writer.write(bytes(1), { withinMs: 5 }))).toBe("DEADLINE_PASSED");
  expect(reader.tryRead()).toEqual(bytes(1, 2, 3, 4));
});

test("a frame is taken where it lies; when that throws, it stays", () => {
  const { writer, reader } = ringHere(64);
  writer.write(bytes(7));
  const fail = () => {
    throw new RangeError("not this one");
  };
  expect(() => reader.tryTake(fail)).toThrow("not this one");
  expect(reader.take((frame) => frame.buffer.byteLength)).toBe(RING_HEADER_BYTES + 64);
  expect(reader.tryTake(fail)).toBeNull();
});

test("a buffer that is too small leaves the frame, also behind the end of the ring", () => {
  const { writer, reader } = ringHere(64, { position: 56 });
  writer.write(bytes(1, 2, 3, 4, 5));
  for (let i = 0; i < 2; i++) {
    expect(codeOf(() => reader.tryReadInto(new Uint8Array(4)))).toBe("BUFFER_TOO_SMALL");
  }
  expect(reader.tryReadInto(new Uint8Array(5))).toBe(5);
});

test("a frame over half the ring is refused: it might never fit", () => {
  const { writer } = ringHere(64);
  expect(writer.maxFrameBytes).toBe(28);
  expect(writer.tryWrite(new Uint8Array(28))).toBe(true);
  expect(codeOf(() => writer.tryWrite(new Uint8Array(29)))).toBe("FRAME_TOO_LONG");
});

describe("what the other side wrote is never trusted", () => {
  test.each([0x7fff_ffff, -2, -0x8000_0000, 29, 100])("a length of %i", (length) => {
    const { writer, reader, memory } = ringHere(64);
    writer.write(bytes(1, 2, 3));
    memory.view(Int32Array, RING_HEADER_BYTES)[0] = length;
    expect(codeOf(() => reader.tryRead())).toBe("MEMORY_FOREIGN");
  });

  test("a mark to skip with nothing behind it", () => {
    const { writer, reader, memory } = ringHere(64);
    writer.write(bytes(1, 2, 3));
    memory.view(Int32Array, RING_HEADER_BYTES)[0] = -1;
    expect(codeOf(() => reader.tryRead())).toBe("MEMORY_FOREIGN");
  });

  test.each([68, 2, -4, 0x7fff_ffff])("positions %i bytes apart", (distance) => {
    const behind = ringHere(64);
    behind.words[AT.tail / 4] = distance;
    expect(codeOf(() => behind.reader.tryRead())).toBe("MEMORY_FOREIGN");
    const full = ringHere(64);
    while (full.writer.tryWrite(bytes(1, 2, 3, 4)));
    full.words[AT.head / 4] = 64 - distance;
    expect(codeOf(() => full.writer.tryWrite(bytes(1)))).toBe("MEMORY_FOREIGN");
  });
});

test("memory that is short, empty, of another version or lies about its room is no ring", () => {
  const file = createMemfd({ bytes: RING_HEADER_BYTES + 64 });
  onTestFinished(() => file.close());
  using short = file.map({ bytes: 64 });
  expect(codeOf(() => createRing(short))).toBe("MEMORY_FOREIGN");
  expect(codeOf(() => new RingReader(short))).toBe("MEMORY_FOREIGN");
  using memory = file.map();
  expect(codeOf(() => new RingWriter(memory))).toBe("MEMORY_FOREIGN");
  expect(createRing(memory)).toBe(64);
  for (const [at, value] of [
    [4, 2],
    [AT.capacity, 128],
    [AT.capacity, 60],
    [AT.capacity, -64],
  ] as const) {
    createRing(memory);
    memory.view(Int32Array)[at / 4] = value;
    expect(codeOf(() => new RingReader(memory))).toBe("MEMORY_FOREIGN");
  }
});

test("an end or a memory that was closed is an error, not a crash", () => {
  const long = new Uint8Array(20);
  for (const close of ["end", "memory"] as const) {
    const { writer, reader, memory } = ringHere(256);
    const other = ringHere(256);
    for (const frame of [bytes(1), long]) other.writer.write(frame);
    other.reader.tryRead();
    writer.stage(long);
    if (close === "end") for (const end of [writer, reader, other.reader]) end.close();
    else memory.close();
    expect(codeOf(() => writer.tryWrite(long))).toBe("ALREADY_CLOSED");
    if (close === "end") {
      expect(codeOf(() => reader.tryRead())).toBe("ALREADY_CLOSED");
      expect(codeOf(() => other.reader.tryRead())).toBe("ALREADY_CLOSED");
    }
    writer.close();
    reader.close();
  }
});

describe("who is at the other end", () => {
  test("a second writer is refused while the first lives, in this process or another", () => {
    const { memory, writer } = ringHere(64);
    expect(codeOf(() => new RingWriter(memory))).toBe("BAD_ARGUMENT");
    writer.close();
    expect(codeOf(() => new RingWriter(memory))).toBe("nothing was thrown");
  });

  test("a writer that closed is the end of the stream, after what it wrote", () => {
    const { writer, reader } = ringHere(64);
    writer.stage(bytes(1));
    writer.close();
    expect(reader.read()).toEqual(bytes(1));
    expect(reader.read()).toBeNull();
  });

  test("a reader that closed is an error once there is no room", () => {
    const { writer, reader } = ringHere(64);
    reader.close();
    while (writer.tryWrite(bytes(1)));
    expect(codeOf(() => writer.write(bytes(1)))).toBe("PEER_DIED");
  });

  test("a process that was given the dead one's pid is not taken for it", () => {
    const { memory, writer, reader } = ringHere(64);
    writer.tryWrite(bytes(1));
    const startTime = processStat(process.pid)?.startTime ?? 0;
    const earlier = (BigInt(startTime - 1) << 22n) | BigInt(process.pid);
    memory.view(BigInt64Array, AT.writer, 1)[0] = earlier;
    expect(reader.read()).toEqual(bytes(1));
    expect(codeOf(() => reader.read())).toBe("PEER_DIED");
  });

  test("what a killed writer had staged was never there; another goes on after it", async () => {
    const file = ringFile(256);
    const place = `/proc/${process.pid}/fd/${file.fd}`;
    await startNode(
      `import { openSync } from "node:fs";
       const writer = new shm.RingWriter(shm.mapMemfd(openSync(place, "r+")));
       writer.write(Uint8Array.of(1));
       writer.stage(Uint8Array.of(2));
       process.kill(process.pid, "SIGKILL");`,
      place,
    );
    const reader = new RingReader(file.map());
    expect(reader.read()).toEqual(bytes(1));
    expect(codeOf(() => reader.read())).toBe("PEER_DIED");
    const writer = new RingWriter(file.map());
    writer.write(bytes(3));
    expect(reader.read()).toEqual(bytes(3));
  });

  test.each(WAITINGS)("a reader that waits by %s is told of the end", async (wait) => {
    const file = ringFile(256);
    const reader = startSide(file, "reader", wait);
    await reader.ready;
    const writer = startSide(file, "writer", "futex");
    expect(await writer.result).toEqual({ frames: 0 });
    expect(await reader.result).toEqual({ frames: 0 });
  });
});
