import { readFileSync, statSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import {
  createPosixMemory,
  loadShmTypedArray,
  openPosixMemory,
  POSIX_FOLDER,
} from "@ipc-playground/shared-memory";

const ASKED = 100;
/** What the header is made to say, in bytes. */
const LIE = 1 << 20;
const TEXT = "scores";

/** As much of shm-typed-array as is used here. */
interface ShmTypedArray {
  create(count: number, type: "Uint8Array", name: string, mode: string): Uint8Array;
  get(name: string, type: "Uint8Array"): Uint8Array;
}

export default defineDemo({
  name: "hidden-header",
  title: "shm-typed-array's POSIX mode: eight bytes that nobody asked for",
  claims: {
    exact: {
      says: "An object that shm-typed-array makes under a POSIX name has the bytes that were asked for.",
      expect: "refuted",
      source: "shm-typed-array, node_shm.cc: getPosix puts the length in front",
    },
    trusted: {
      says: "When it opens one, it sees when the object is shorter than it says.",
      expect: "refuted",
      source: "shm-typed-array, node_shm.cc: the header is believed",
    },
    libc: {
      says: "An object made by shm_open and ftruncate has them exactly.",
      expect: "holds",
      source: "shm_open(3), ftruncate(2)",
    },
  },
  predict: {
    question:
      "A Node program makes 100 bytes with shm-typed-array as /scores. A C program maps /scores. What is its first byte?",
    choices: ["The first of the 100", "Part of a length", "Unmapped"],
    answer: 1,
    because:
      "The package keeps the length in the object itself, 8 bytes in front. Between its own users that works; every other program is 8 bytes off.",
  },
  processes: {
    maker({ text, log }) {
      const shm = loadShmTypedArray() as ShmTypedArray;
      const bytes = log.call("create", "by shm-typed-array", () =>
        shm.create(ASKED, "Uint8Array", text("name"), "600"),
      );
      bytes.set(Buffer.from(TEXT));
      return bytes.length;
    },
    /** Opens it, and does not touch what it was given: past the end of the object waits SIGBUS. */
    opener({ text, log }) {
      const shm = loadShmTypedArray() as ShmTypedArray;
      return log.call("get", "by shm-typed-array", () => shm.get(text("name"), "Uint8Array")).length;
    },
  },
  async run({ start, own, claim, unavailable, step, log }) {
    const plain = own("posix-shm");
    step(`${ASKED} bytes by libc, and what other programs see of them.`);
    using memory = createPosixMemory(plain, { bytes: ASKED });
    memory.view(Uint8Array).set(Buffer.from(TEXT));
    const own100 = seen(plain);
    log.event("read", { object: "by libc", result: told(own100) });
    claim("libc", own100.bytes === ASKED && own100.first.startsWith(TEXT), told(own100));

    const missing = whyMissing();
    if (missing !== undefined) {
      unavailable("exact", missing);
      unavailable("trusted", missing);
      return;
    }
    step("The same by shm-typed-array.");
    const name = own("posix-shm");
    await start("maker", { args: { name } }).result();
    const other = seen(name);
    log.event("read", { object: "by shm-typed-array", result: told(other) });
    claim("exact", other.bytes === ASKED && other.first.startsWith(TEXT), told(other));

    step(`Somebody changes the first 8 bytes: now they say ${LIE}.`);
    using header = openPosixMemory(name);
    header.view(BigUint64Array)[0] = BigInt(LIE);
    log.event("store", { object: "the header", result: `${LIE}` });
    const given = await start("opener", { args: { name } }).result<number>();
    claim(
      "trusted",
      given < LIE,
      `the object has ${statSync(POSIX_FOLDER + name).size} bytes, and get() gave a view of ${given}`,
    );
  },
});

/** What a program sees that reads the object as the file that it is. */
function seen(name: string): { bytes: number; first: string; hex: string } {
  const file = readFileSync(POSIX_FOLDER + name);
  return { bytes: file.length, first: file.toString("latin1", 0, 8), hex: file.toString("hex", 0, 8) };
}

function told({ bytes, hex }: { bytes: number; hex: string }): string {
  return `${bytes} bytes, the first eight ${hex}`;
}

function whyMissing(): string | undefined {
  try {
    loadShmTypedArray();
    return undefined;
  } catch (error) {
    if (error instanceof IpcError) return error.fact;
    throw error;
  }
}
