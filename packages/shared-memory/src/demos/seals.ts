import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { futexWait, futexWake } from "@ipc-playground/libc";
import { createMemfd, type Memfd, mapMemfd, pageBytes } from "@ipc-playground/shared-memory";

const BYTES = 2 * pageBytes();
/** The word that tells the receiver to go on. */
const GO = 0;

export default defineDemo({
  name: "seals",
  title: "Seals: what nobody may do any more, its maker included",
  claims: {
    trust: {
      says: "A receiver that finds a memory file sealed against shrinking can rely on its size.",
      expect: "holds",
      source: "F_ADD_SEALS(2const), memfd_create(2)",
    },
    busy: {
      says: "A memory file can be sealed against writing at any time.",
      expect: "refuted",
      source: "F_ADD_SEALS(2const): EBUSY while a writable shared mapping exists",
    },
    maker: {
      says: "Seals bind the others; who made the file may still write.",
      expect: "refuted",
      source: "memfd_create(2): EPERM, for everybody",
    },
    last: {
      says: "More seals can be added to a memory file whenever there is need.",
      expect: "refuted",
      source: "F_ADD_SEALS(2const): not after F_SEAL_SEAL",
    },
  },
  predict: {
    question:
      "You are handed memory by a program that you do not trust. What can it do to you with ftruncate?",
    choices: ["Nothing, you have mapped it", "End your process", "Read your memory"],
    answer: 1,
    because: "It cuts the file, you touch what is gone: SIGBUS. So look for the seal before you map.",
  },
  processes: {
    /** Trusts nobody: takes memory only if nobody can cut it. Reads its last byte when it is told to. */
    receiver({ fd, log }) {
      const unsealed = refusal(() => mapMemfd(fd("unsealed"), { sealed: ["shrink"] }).close());
      log.event("F_GET_SEALS", { object: "unsealed", result: unsealed });
      using memory = mapMemfd(fd("sealed"), { sealed: ["shrink"] });
      log.event("mmap", { object: memory.name, result: `${memory.bytes} B` });
      const go = memory.view(Int32Array, 4 * GO, 1);
      log.call("futex", memory.name, () => {
        while (Atomics.load(go, 0) === 0) futexWait(go, 0, Infinity);
      });
      const last = memory.view(Uint8Array)[memory.bytes - 1];
      log.event("load", { object: "last byte", result: `${last}` });
      return { unsealed, last };
    },
  },
  async run({ start, claim, step, log }) {
    const tried = (op: string, file: Memfd, action: () => void) => {
      const errno = refusal(action);
      log.event(op, { object: file.name, ...(errno === "done" ? { result: errno } : { errno }) });
      return errno;
    };
    step("Two memory files, one of them sealed against shrinking, go to somebody who trusts nobody.");
    using unsealed = createMemfd({ bytes: BYTES, sealable: true, name: "unsealed" });
    using sealed = createMemfd({ bytes: BYTES, sealable: true, name: "sealed" });
    using memory = sealed.map();
    memory.view(Uint8Array)[BYTES - 1] = 7;
    tried("F_SEAL_SHRINK", sealed, () => sealed.seal("shrink"));
    const receiver = start("receiver", { fds: { unsealed, sealed } });
    await receiver.asleep({ in: "futex" });
    const cut = tried("ftruncate 1", sealed, () => sealed.resize(1));
    const go = memory.view(Int32Array, 4 * GO, 1);
    Atomics.store(go, 0, 1);
    futexWake(go, 1);
    const got = await receiver.result<{ unsealed: string; last: number }>();
    claim(
      "trust",
      cut === "EPERM" && got.last === 7,
      `it refused the other (${got.unsealed}); cutting this one: ${cut}; it read its last byte: ${got.last}`,
    );

    step("Now nobody shall write any more. This process still has it mapped for writing.");
    const early = tried("F_SEAL_WRITE", sealed, () => sealed.seal("write"));
    memory.close();
    const late = tried("F_SEAL_WRITE", sealed, () => sealed.seal("write"));
    claim("busy", early === "done", `while it was mapped: ${early}; afterwards: ${late}`);

    step("The maker itself tries to write. Then it forbids more seals, and wants one more.");
    const write = tried("mmap PROT_WRITE", sealed, () => sealed.map().close());
    using reading = sealed.map({ readOnly: true });
    const still = reading.view(Uint8Array)[BYTES - 1];
    claim(
      "maker",
      write === "done",
      `mapping it for writing: ${write}; for reading: its last byte is ${still}`,
    );
    tried("F_SEAL_SEAL", sealed, () => sealed.seal("seal"));
    const more = tried("F_SEAL_GROW", sealed, () => sealed.seal("grow"));
    claim("last", more === "done", `after the seals ${sealed.seals().join(", ")}, one more: ${more}`);
  },
});

/** The errno with which it is refused, the code of a refusal of ours, or "done". */
function refusal(action: () => void): string {
  try {
    action();
    return "done";
  } catch (error) {
    if (error instanceof IpcError) return error.errno ?? error.code;
    throw error;
  }
}
