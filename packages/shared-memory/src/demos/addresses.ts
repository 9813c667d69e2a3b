import { defineDemo } from "@ipc-playground/lab-kit";
import { memoryMaps } from "@ipc-playground/libc";
import { createMemfd, mapMemfd, type SharedMemory } from "@ipc-playground/shared-memory";

/** Name of the memory, as it shows in /proc/PID/maps. */
const NAME = "list";
/** Where the writer puts a pointer and an offset to the same text, in bytes. */
const [POINTER, OFFSET, TEXT] = [0, 8, 64];
const MESSAGE = "hello from another process";

interface Found {
  addresses: string[];
  /** What lies in the reader where the writer's pointer points. */
  there: string;
  text: string;
}

export default defineDemo({
  name: "addresses",
  title: "One memory, other addresses: why pointers cannot be shared",
  claims: {
    same: {
      says: "Shared memory lies at the same address in all processes that map it.",
      expect: "refuted",
      source: "mmap(2): the kernel chooses; Kerrisk, TLPI 48.6",
    },
    pointer: {
      says: "A pointer that is stored in shared memory leads another process to the same bytes.",
      expect: "refuted",
      source: "Kerrisk, TLPI 48.6",
    },
    offset: {
      says: "An offset from the beginning of shared memory leads all processes to the same bytes.",
      expect: "holds",
      source: "Kerrisk, TLPI 48.6",
    },
  },
  predict: {
    question:
      "A process stores the address of a text in shared memory. Another follows it. What does it find?",
    choices: ["The text", "Zeros", "Something else, or its death"],
    answer: 2,
    because:
      "An address means something in one process only. Where the other has nothing at that address, it ends with SIGSEGV.",
  },
  processes: {
    writer({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      memory.view(Uint8Array, TEXT).set(Buffer.from(MESSAGE));
      memory.view(BigUint64Array, POINTER)[0] = memory.address + BigInt(TEXT);
      memory.view(BigUint64Array, OFFSET)[0] = BigInt(TEXT);
      log.event("store", { object: "pointer", result: hex(memory.address + BigInt(TEXT)) });
      log.event("store", { object: "offset", result: `${TEXT}` });
      return hex(memory.address);
    },
    /** Maps the memory twice: at two addresses, of which the writer's can be only one. */
    reader({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      using again = mapMemfd(fd("memory"));
      const pointer = memory.view(BigUint64Array, POINTER)[0] as bigint;
      const offset = Number(memory.view(BigUint64Array, OFFSET)[0]);
      log.event("load", { object: "pointer", result: hex(pointer) });
      const there = whatIsAt(pointer);
      log.event("look", { object: "/proc/self/maps", result: there });
      const text = [memory, again].map((mapping) => textAt(mapping, offset)).join(" and ");
      log.event("load", { object: `offset ${offset}`, result: text });
      return { addresses: [memory, again].map(({ address }) => hex(address)), there, text } satisfies Found;
    },
  },
  async run({ start, claim, step }) {
    using file = createMemfd({ bytes: 4_096, name: NAME });
    step("The writer puts a text into the memory; then where it is: as a pointer, and as an offset.");
    const writer = await start("writer", { fds: { memory: file } }).result<string>();
    step("The reader maps the same memory, twice.");
    const { addresses, there, text } = await start("reader", { fds: { memory: file } }).result<Found>();
    claim(
      "same",
      addresses.every((address) => address === writer),
      `the writer had it at ${writer}, the reader at ${addresses.join(" and ")}`,
    );
    claim("pointer", there === `/memfd:${NAME} (deleted)`, `where it points, the reader has ${there}`);
    claim("offset", text === `"${MESSAGE}" and "${MESSAGE}"`, `at both of the reader's addresses: ${text}`);
  },
});

/** What /proc/self/maps has at that address. */
function whatIsAt(address: bigint): string {
  const map = memoryMaps(process.pid)?.find(({ start, end }) => start <= address && address < end);
  return map === undefined ? "nothing at all" : map.path || "memory of its own";
}

function textAt(memory: SharedMemory, offset: number): string {
  return `"${Buffer.from(memory.view(Uint8Array, offset, MESSAGE.length)).toString()}"`;
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}
