import { readdirSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import {
  createMemfd,
  createPosixMemory,
  createSysvMemory,
  listSysvMemory,
  openPosixMemory,
  openSysvMemory,
  POSIX_FOLDER,
  removeSysvMemory,
  type SharedMemory,
  unlinkPosixMemory,
} from "@ipc-playground/shared-memory";
import { holders } from "./holders.ts";
import { makeTurns, tellWait } from "./turns.ts";

const TEXT = "remember me";

export default defineDemo({
  name: "persists",
  title: "Memory that outlives its processes, and memory that does not",
  claims: {
    outlive: {
      says: "Shared memory with a name or a key persists until somebody removes it.",
      expect: "holds",
      source: "sysvipc(7); shm_overview(7): kernel persistence",
    },
    exit: {
      says: "All memory that a process took is given back when it ends.",
      expect: "refuted",
      source: "shm_overview(7), svipc(7)",
    },
    memfd: {
      says: "A memory file is gone with the last process that has it.",
      expect: "holds",
      source: "memfd_create(2)",
    },
    found: {
      says: "What everybody forgot can be found and removed by who did not make it.",
      expect: "holds",
      source: "ipcs(1), proc_sysvipc(5); shm_overview(7): /dev/shm",
    },
  },
  predict: {
    question: "A program is killed before it removes its shared memory. What becomes of the memory?",
    choices: ["The kernel takes it back", "It stays, and stays taken", "It stays, empty"],
    answer: 1,
    because:
      "It belongs to the kernel, not to a process, and is memory that nobody else can have. Many a full machine is full of it.",
  },
  processes: {
    maker({ number, text, log }) {
      const file = createMemfd({ bytes: 4_096, name: text("memfd") });
      const made = [
        log.call("shmget", "System V", () => createSysvMemory(number("key"), { bytes: 4_096 })),
        log.call("shm_open", "POSIX", () => createPosixMemory(text("posix"), { bytes: 4_096 })),
        log.call("memfd_create", file.name, () => file.map()),
      ];
      for (const memory of made) memory.view(Uint8Array).set(Buffer.from(TEXT));
      tellWait(log, number("turns"), 0);
    },
    /** Comes when the maker is gone. */
    reader({ number, text, log }) {
      using sysv = openSysvMemory(number("key"));
      using posix = openPosixMemory(text("posix"));
      const texts = [sysv, posix].map(textOf);
      for (const [i, memory] of [sysv, posix].entries())
        log.event("load", { object: memory.name, result: `"${texts[i]}"` });
      return texts;
    },
  },
  async run({ start, own, claim, step, log }) {
    const key = Number(own("sysv-shm"));
    const posix = own("posix-shm");
    const turns = makeTurns(Number(own("sysv-sem")), [0]);
    const memfd = `forgotten-${process.pid}`;
    step("A process makes memory of three kinds, writes the same text into each, and is killed.");
    const maker = start("maker", { args: { key, posix, turns, memfd } });
    await maker.asleep({ in: "semop" });
    const had = holders(memfd);
    maker.kill("SIGKILL");
    await maker.exited();
    const have = holders(memfd);
    log.event("look", { object: `memfd:${memfd}`, result: `${have} processes have it` });
    claim("memfd", had === 1 && have === 0, `${had} process had it; then ${have}, and no path leads to it`);

    step("A reader comes that never met it.");
    const texts = await start("reader", { args: { key, posix } }).result<string[]>();
    const read = texts.every((text) => text === TEXT);
    claim("outlive", read, `of System V "${texts[0]}", of POSIX "${texts[1]}", by a process that is dead`);

    step("Somebody looks who made none of it, and removes what nobody uses.");
    const segment = listSysvMemory().find((line) => line.key === key);
    const listed = isListed(posix);
    claim(
      "exit",
      segment === undefined && !listed,
      `pid ${maker.pid} is gone; ${segment?.bytes ?? 0} bytes with ${segment?.attachments ?? 0} attached, and a file in ${POSIX_FOLDER}${listed ? "" : ", no more"}`,
    );
    const removed = [
      log.call("shmctl IPC_RMID", `shm:[${segment?.id}]`, () => removeSysvMemory(key)),
      log.call("shm_unlink", "POSIX", () => unlinkPosixMemory(posix)),
    ];
    const left = listSysvMemory().some((line) => line.key === key) || isListed(posix);
    claim(
      "found",
      segment !== undefined && listed && removed.every(Boolean) && !left,
      `as segment ${segment?.id} of pid ${segment?.creator}, and in ${POSIX_FOLDER}; ${left ? "something is" : "nothing is"} left`,
    );
  },
});

function textOf(memory: SharedMemory): string {
  return Buffer.from(memory.view(Uint8Array, 0, TEXT.length)).toString();
}

function isListed(name: string): boolean {
  return readdirSync(POSIX_FOLDER).includes(name.slice(1));
}
