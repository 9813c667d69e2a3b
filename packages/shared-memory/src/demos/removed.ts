import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { shmat, shmdt } from "@ipc-playground/libc";
import {
  createSysvMemory,
  keyText,
  openSysvMemory,
  removeSysvMemory,
  sysvMemoryStat,
} from "@ipc-playground/shared-memory";
import { giveTurn, makeTurns, tellWait } from "./turns.ts";

const BYTES = 4_096;

export default defineDemo({
  name: "removed",
  title: "The segment is removed while it is attached: IPC_RMID",
  claims: {
    taken: {
      says: "IPC_RMID takes a segment away from those who use it, as it does with a queue.",
      expect: "refuted",
      source: "shmctl(2): destroyed only after the last process detaches",
    },
    key: {
      says: "Its key is free at once: nobody finds the segment by it any more.",
      expect: "holds",
      source: "shmctl(2), IPC_RMID",
    },
    attach: {
      says: "Nobody can attach a segment that is marked for destruction.",
      expect: "refuted",
      source: "shmctl(2): Linux allows it, by the id; others do not",
    },
    last: {
      says: "It is gone with the last detach, and nobody has to do anything more.",
      expect: "holds",
      source: "shmctl(2), SHM_DEST",
    },
  },
  predict: {
    question: "Two processes talk through a segment. A third removes it. What do they notice?",
    choices: ["EIDRM, at the next access", "Nothing", "SIGSEGV, at the next access"],
    answer: 1,
    because:
      "An access is no system call: there is nobody who could say EIDRM. So many programs remove their segment as soon as all are attached: then it cannot be left behind.",
  },
  processes: {
    user({ number, log }) {
      using memory = openSysvMemory(number("key"));
      const words = memory.view(Int32Array);
      tellWait(log, number("turns"), 0);
      words[1] = (words[0] as number) + 1;
      log.event("store", { object: memory.name, result: `${words[1]}` });
      return words[1];
    },
  },
  async run({ start, own, claim, step, log }) {
    const key = Number(own("sysv-shm"));
    const turns = makeTurns(Number(own("sysv-sem")), [0]);
    // Closed here at a moment of the demo's own, and by libc, so that it is the kernel's rule that shows.
    const memory = createSysvMemory(key, { bytes: BYTES, driver: "libc" });
    const user = start("user", { args: { key, turns } });
    await user.asleep({ in: "semop" });
    step("Two processes have it attached. Now it is removed.");
    log.call("shmctl IPC_RMID", keyText(key), () => void removeSysvMemory(key));
    const { removed, attachments } = sysvMemoryStat(memory);
    log.event("shmctl IPC_STAT", {
      object: memory.name,
      result: `${removed ? "SHM_DEST" : "not marked"}, ${attachments} attached`,
    });
    const found = refusal(() => log.call("shmget", keyText(key), () => openSysvMemory(key).close()));
    claim("key", found === "ENOENT", `shmget with ${keyText(key)}: ${found}`);

    step("Both use it still; a third attachment is made, by its id.");
    memory.view(Int32Array)[0] = 41;
    giveTurn(turns, 0);
    const written = await user.result<number>();
    const read = memory.view(Int32Array)[1];
    claim(
      "taken",
      read !== 42,
      `41 stored here, ${written} stored by the other process, ${read} loaded here; no call failed`,
    );
    const third = log.call("shmat", memory.name, () => shmat(memory.id, BYTES));
    claim(
      "attach",
      typeof third === "number",
      typeof third === "number" ? "it was refused" : `shmat gave it; shm_nattch is ${count()}`,
    );
    if (typeof third !== "number") shmdt(third);

    step("The last one lets go.");
    const before = count();
    log.call("shmdt", memory.name, () => memory.close());
    const after = refusal(() => sysvMemoryStat(memory));
    claim("last", after !== "nothing", `${before} attached, then none: asking for it failed with ${after}`);

    function count(): number {
      return sysvMemoryStat(memory).attachments;
    }
  },
});

/** The errno with which the kernel refuses, or `"nothing"`. */
function refusal(action: () => unknown): string {
  try {
    action();
    return "nothing";
  } catch (error) {
    return (error instanceof IpcError && error.errno) || String(error);
  }
}
