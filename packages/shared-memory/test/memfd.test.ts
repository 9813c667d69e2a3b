import { closeSync, openSync } from "node:fs";
import { pipe2 } from "@ipc-playground/libc";
import { createMemfd, mapMemfd, memoryRoom, type Seal } from "@ipc-playground/shared-memory";
import { expect, onTestFinished, test } from "vitest";
import { codeOf, run } from "./processes.ts";

function own(bytes: number, sealable = true) {
  const file = createMemfd({ bytes, sealable, name: "test" });
  onTestFinished(() => file.close());
  return file;
}

test("a memory file has its size, and is closed once: its mappings stay", () => {
  const file = own(100);
  using memory = file.map();
  expect([file.bytes, memory.bytes, file.name]).toEqual([100, 100, memory.name]);
  file.close();
  file.close();
  memory.view(Uint8Array)[99] = 7;
  expect(memory.view(Uint8Array)[99]).toBe(7);
  expect(codeOf(() => file.map())).toBe("ALREADY_CLOSED");
  expect(codeOf(() => file.fd)).toBe("ALREADY_CLOSED");
});

test("seals are told, stay, and allow no more when sealed against seals", () => {
  const file = own(100);
  expect(file.seals()).toEqual([]);
  file.seal("shrink", "grow");
  file.seal("seal");
  expect(file.seals()).toEqual(["seal", "shrink", "grow"] satisfies Seal[]);
  expect(codeOf(() => file.seal("write"))).toBe("MEMORY_SEALED EPERM");
  expect(codeOf(() => file.resize(99))).toBe("MEMORY_SEALED EPERM");
  expect(codeOf(() => file.resize(101))).toBe("MEMORY_SEALED EPERM");
  expect(file.bytes).toBe(100);
});

test("unless it may be sealed, it cannot be", () => {
  const file = own(100, false);
  expect(file.seals()).toEqual(["seal"]);
  expect(codeOf(() => file.seal("shrink"))).toBe("MEMORY_SEALED EPERM");
});

test("sealing against writing wants every writable mapping closed, and then nobody writes any more", () => {
  const file = own(100);
  const writer = file.map();
  writer.view(Uint8Array)[0] = 7;
  expect(codeOf(() => file.seal("write"))).toBe("SYSTEM_CALL_FAILED EBUSY");
  writer.close();
  file.seal("write");
  expect(codeOf(() => file.map())).toBe("MEMORY_SEALED EPERM");
  using reader = file.map({ readOnly: true });
  expect(reader.view(Uint8Array)[0]).toBe(7);
});

test("sealed against future writing, a mapping that exists writes on", () => {
  const file = own(100);
  using writer = file.map();
  file.seal("future-write");
  writer.view(Uint8Array)[0] = 7;
  expect(codeOf(() => file.map())).toBe("MEMORY_SEALED EPERM");
  using reader = file.map({ readOnly: true });
  expect(reader.view(Uint8Array)[0]).toBe(7);
});

test("whoever maps a file of strangers may ask for seals", () => {
  const file = own(100);
  expect(codeOf(() => mapMemfd(file.fd, { sealed: ["shrink"] }))).toBe("MEMORY_FOREIGN");
  file.seal("shrink");
  mapMemfd(file.fd, { sealed: ["shrink"] }).close();
});

test("growing adds zero bytes; a mapping shows what it showed", () => {
  const file = own(100);
  using small = file.map();
  file.resize(10_000);
  using large = file.map();
  large.view(Uint8Array)[0] = 7;
  expect([small.bytes, large.bytes, small.view(Uint8Array)[0], large.view(Uint8Array)[9_999]]).toEqual([
    100, 10_000, 7, 0,
  ]);
});

test("a descriptor that is closed, or leads to no memory, is refused", () => {
  expect(codeOf(() => mapMemfd(2 ** 30))).toBe("BAD_DESCRIPTOR");
  const pipe = pipe2(0);
  if (typeof pipe === "number") throw new Error("pipe2");
  for (const fd of pipe) {
    onTestFinished(() => closeSync(fd));
    expect(codeOf(() => mapMemfd(fd))).toBe("MEMORY_FOREIGN");
  }
  const empty = openSync("/dev/null", "r");
  onTestFinished(() => closeSync(empty));
  expect(codeOf(() => mapMemfd(empty))).toBe("MEMORY_FOREIGN");
});

test("more than the machine has is refused before any memory is taken", () => {
  const bytes = memoryRoom() + 2 ** 30;
  expect(codeOf(() => createMemfd({ bytes }))).toBe("MEMORY_LIMIT");
  expect(codeOf(() => own(1).resize(bytes))).toBe("MEMORY_LIMIT");
});

test("in a process of its own, use after close is an error and not a crash", () => {
  const program = `const file = shm.createMemfd({ bytes: 64 });
    const memory = file.map(); const view = memory.view(Int32Array);
    memory.close(); file.close(); view[0] = 1;
    console.log(view[0], codeOf(() => memory.buffer), codeOf(() => Atomics.load(view, 0)));`;
  expect(run(program)).toEqual({ how: "0", printed: "undefined ALREADY_CLOSED TypeError" });
});
