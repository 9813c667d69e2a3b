import { removeRun } from "@ipc-playground/lab-kit/runner";
import { memoryMaps } from "@ipc-playground/libc";
import { type SharedMemory, VIEW_BYTES } from "@ipc-playground/shared-memory";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { codeOf, run } from "./processes.ts";

/** One way to share memory. `place` is where it is found: a name, a key, a descriptor. */
export interface MemoryKind {
  /** A place that nobody has, and that is nobody's again when the test is over. */
  fresh(): string;
  create(place: string, options: { bytes: number; mode?: number }): SharedMemory;
  open(place: string, options?: { bytes?: number }): SharedMemory;
  /** The program text that creates or opens it in another process, where others can find it. */
  text?: { create: string; open: string };
  /** Programs that open it twice have one mapping. */
  oneAttachment?: true;
}

/** What all shared memory must satisfy, whatever made it. `absent`: why this machine cannot try it. */
export function testSharedMemory(title: string, kind: MemoryKind, absent?: string): void {
  afterAll(removeRun);

  function own(bytes: number) {
    const place = kind.fresh();
    const memory = kind.create(place, { bytes });
    onTestFinished(() => memory.close());
    return { place, memory };
  }

  describe.skipIf(absent !== undefined)(
    absent === undefined ? title : `${title} (skipped: ${absent})`,
    () => {
      test.each([1, 100, 4095, 4096, 4097, 1 << 20])("%s bytes are exactly that many, all zero", (bytes) => {
        const { place, memory } = own(bytes);
        expect([memory.bytes, memory.view(Uint8Array).length, memory.buffer.byteLength]).toEqual([
          bytes,
          bytes,
          bytes,
        ]);
        expect(memory.view(Uint8Array).every((byte) => byte === 0)).toBe(true);
        const other = kind.open(place);
        expect(other.bytes).toBe(bytes);
        other.close();
      });

      test("what one opening writes, another reads: the bytes are the same, not a copy", () => {
        const { place, memory } = own(64);
        const other = kind.open(place);
        memory.view(Uint8Array).set(Buffer.from("hello"));
        expect(Buffer.from(other.view(Uint8Array, 0, 5)).toString()).toBe("hello");
        Atomics.add(other.view(Int32Array, 8, 1), 0, 7);
        expect(memory.view(Int32Array)[2]).toBe(7);
        expect(memory.address === other.address).toBe(kind.oneAttachment === true);
        other.close();
        expect(memory.view(Int32Array)[2]).toBe(7);
      });

      test.each([Int8Array, Uint8ClampedArray, Uint16Array, Float32Array, Float64Array, BigInt64Array])(
        "a view of each type fits as many elements as there is room for (%o)",
        (Type) => {
          const { memory } = own(43);
          const size = Type.BYTES_PER_ELEMENT;
          expect(memory.view<{ length: number }>(Type).length).toBe(Math.floor(43 / size));
          expect(memory.view<{ length: number }>(Type, 8).length).toBe(Math.floor(35 / size));
        },
      );

      test.each([
        [Int32Array, 2, 1, "an element of 4 bytes cannot begin at byte 2"],
        [Float64Array, 4, undefined, "an element of 8 bytes cannot begin at byte 4"],
        [Uint8Array, 0, 65, "not within the 64 bytes"],
        [Int32Array, 60, 2, "not within the 64 bytes"],
        [Uint8Array, 65, undefined, "not within the 64 bytes"],
        [Uint8Array, -1, 1, "not within the 64 bytes"],
        [Uint8Array, 0, -1, "not within the 64 bytes"],
        [Uint8Array, 0.5, 1, "not within the 64 bytes"],
        [Uint8Array, 0, Number.NaN, "not within the 64 bytes"],
      ])(
        "a view outside or not aligned is refused, and why (%o from %s, %s)",
        (Type, offset, length, why) => {
          const { memory } = own(64);
          expect(() => memory.view<unknown>(Type, offset, length)).toThrow(
            expect.objectContaining({ code: "BAD_ARGUMENT", fact: expect.stringContaining(why) }),
          );
        },
      );

      test("use after close is an error, a view from before is empty, and closing twice is harmless", () => {
        const { memory } = own(64);
        const words = memory.view(Int32Array);
        const part = memory.view(Uint8Array, 8, 4);
        const foreign = new DataView(memory.buffer);
        words[0] = 7;
        memory.close();
        memory.close();
        expect([codeOf(() => memory.buffer), codeOf(() => memory.view(Uint8Array))]).toEqual([
          "ALREADY_CLOSED",
          "ALREADY_CLOSED",
        ]);
        expect([words.length, words[0], part.length]).toEqual([0, undefined, 0]);
        words[0] = 8;
        expect(() => Atomics.store(words, 0, 1)).toThrow(TypeError);
        expect(() => foreign.getInt32(0)).toThrow(TypeError);
        expect(memory.bytes).toBe(64);
      });

      test("the end of a block with `using` closes it", () => {
        const { place } = own(64);
        let view: Uint8Array;
        {
          using memory = kind.open(place);
          view = memory.view(Uint8Array);
          expect(view.length).toBe(64);
        }
        // The first opening is still there: where both are one attachment, the views stay, too.
        expect(view.length).toBe(kind.oneAttachment ? 64 : 0);
      });

      test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("a size of %s is refused", (bytes) => {
        expect(codeOf(() => kind.create(kind.fresh(), { bytes }))).toBe("BAD_ARGUMENT");
      });

      test("more than Node can show is refused, with the limit, and nothing is made", () => {
        const place = kind.fresh();
        // Past 2^53, it is no whole number any more.
        const bytes = Math.min(VIEW_BYTES + 1, Number.MAX_SAFE_INTEGER);
        expect(codeOf(() => kind.create(place, { bytes }))).toMatch(/^MEMORY_LIMIT/);
        kind.create(place, { bytes: 1 }).close();
      });

      test("what is shorter than what should be in it is refused; what is longer is not", () => {
        const { place } = own(100);
        expect(codeOf(() => kind.open(place, { bytes: 101 }))).toBe("MEMORY_FOREIGN");
        const other = kind.open(place, { bytes: 60 });
        expect(other.bytes).toBeGreaterThanOrEqual(60);
        other.close();
      });

      test("opening and closing 200 times leaves no mapping", () => {
        const { place, memory } = own(64);
        const mappings = () =>
          memoryMaps(process.pid)?.filter(({ path }) => /SYSV|memfd:|\/dev\/shm/.test(path)).length;
        const before = mappings();
        for (let i = 0; i < 200; i++) {
          const [one, other] = [kind.open(place), kind.open(place)];
          one.view(Uint8Array)[0] = i;
          one.close();
          expect(other.view(Uint8Array)[0]).toBe(i);
          other.close();
        }
        expect(mappings()).toBe(before);
        memory.close();
        expect(mappings()).toBe((before ?? 0) - 1);
        kind.open(place).close();
        expect(mappings()).toBe((before ?? 0) - 1);
      });

      if (kind.text) testInProcesses(kind, kind.text);
    },
  );
}

/** What shows with several processes, for memory that can be found by a name or a key. */
function testInProcesses(kind: MemoryKind, text: NonNullable<MemoryKind["text"]>): void {
  function own(bytes: number) {
    const place = kind.fresh();
    const memory = kind.create(place, { bytes });
    onTestFinished(() => memory.close());
    return { place, memory };
  }

  test("another process sees what is written, and is seen", () => {
    const { place, memory } = own(64);
    memory.view(Uint8Array)[0] = 41;
    const program = `const memory = ${text.open}; memory.view(Uint8Array)[1] = memory.view(Uint8Array)[0] + 1;`;
    expect(run(program, place)).toEqual({ how: "0", printed: "" });
    expect(memory.view(Uint8Array)[1]).toBe(42);
  });

  test("in a process of its own, use after close is an error and not a crash", () => {
    const program = `const memory = ${text.create};
      const views = [memory.view(Uint8Array), memory.view(Int32Array), new Float64Array(memory.buffer)];
      memory.close();
      for (const view of views) { view[0] = 1; if (view[0] !== undefined || view.length !== 0) process.exit(3); }
      console.log(codeOf(() => memory.view(Uint8Array)), codeOf(() => Atomics.load(views[1], 0)));`;
    expect(run(program, kind.fresh())).toEqual({ how: "0", printed: "ALREADY_CLOSED TypeError" });
  });

  test("it outlives the process that made it, closed or not, and nothing is printed at exit", () => {
    for (const close of ["", "memory.close();"]) {
      const place = kind.fresh();
      expect(run(`const memory = ${text.create}; memory.view(Uint8Array)[5] = 55; ${close}`, place)).toEqual({
        how: "0",
        printed: "",
      });
      const memory = kind.open(place);
      expect(memory.view(Uint8Array)[5]).toBe(55);
      memory.close();
    }
  });

  test("creating what exists is MEMORY_EXISTS, opening what does not is NO_SUCH_MEMORY", () => {
    const { place } = own(64);
    expect(codeOf(() => kind.create(place, { bytes: 64 }))).toMatch(/^MEMORY_EXISTS EEXIST/);
    expect(codeOf(() => kind.open(kind.fresh()))).toMatch(/^NO_SUCH_MEMORY ENOENT/);
  });

  test("a process that may not open it is told so", () => {
    const { place } = own(64);
    if (process.getuid?.() !== 0) {
      console.log("skipped: opening as another user: needs root");
      return;
    }
    const program = `const made = ${text.open}; made.close(); process.setuid(65534); console.log(codeOf(() => ${text.open}))`;
    expect(run(program, place).printed).toBe("NO_PERMISSION");
  });

  test.each([-1, 0o1000, 0.5, Number.NaN])("the mode %s is refused", (mode) => {
    expect(codeOf(() => kind.create(kind.fresh(), { bytes: 8, mode }))).toBe("BAD_ARGUMENT");
  });
}
