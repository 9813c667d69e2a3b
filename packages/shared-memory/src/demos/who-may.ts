import { statSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { defineDemo, type Log } from "@ipc-playground/lab-kit";
import {
  createPosixMemory,
  createSysvMemory,
  openPosixMemory,
  openSysvMemory,
  POSIX_FOLDER,
  sysvMemoryStat,
} from "@ipc-playground/shared-memory";

/** A user and a group that own nothing: "nobody", "nogroup". */
const NOBODY = 65_534;
const UMASK = 0o027;

/** What one visitor could do with one object: `"rw"`, `"r"`, or `"-"`; of POSIX and of System V. */
type May = Record<string, readonly [posix: string, sysv: string]>;

export default defineDemo({
  name: "who-may",
  title: "Who may attach: 0600, 0640, 0666, and the umask",
  claims: {
    group: {
      says: "Mode 0666 lets only the members of the group in.",
      expect: "refuted",
      source: "often read; svipc(7), chmod(2): the last digit is everybody",
    },
    owner: {
      says: "Mode 0600 keeps other users out.",
      expect: "holds",
      source: "shm_open(3), shmget(2): EACCES; root is not kept out",
    },
    read: {
      says: "Mode 0640 lets the group read, and nobody but the owner write.",
      expect: "holds",
      source: "shm_open(3); shmat(2), SHM_RDONLY",
    },
    umask: {
      says: "The umask takes its bits away from the mode of a POSIX object.",
      expect: "holds",
      source: "shm_open(3)",
    },
    umaskSysv: {
      says: "The umask takes its bits away from the mode of a System V segment, too.",
      expect: "refuted",
      source: "shmget(2): the mode is taken as it is",
    },
  },
  predict: {
    question: "A server makes its segment with mode 0666. Who may write to it?",
    choices: ["Its owner and the group", "Every user of the machine", "Whoever knows the id, root aside"],
    answer: 1,
    because:
      "Owner, group, others: the third 6 is for all others. With System V not even the umask takes it back.",
  },
  processes: {
    /** Becomes another user, and tries every object. */
    visitor({ number, text, log }) {
      try {
        process.setgroups?.([]);
        process.setgid?.(number("gid"));
        process.setuid?.(number("uid"));
      } catch {
        return null;
      }
      const may: May = {};
      for (const line of text("objects").split(" ")) {
        const [mode = "", name = "", key = ""] = line.split(",");
        const posix = (readOnly: boolean) => openPosixMemory(name, { readOnly }).close();
        const sysv = (readOnly: boolean) => openSysvMemory(Number(key), { readOnly, driver: "libc" }).close();
        may[mode] = [tried(log, `POSIX 0${mode}`, posix), tried(log, `System V 0${mode}`, sysv)];
      }
      return may;
    },
  },
  async run({ start, own, claim, unavailable, step, log }) {
    step(`With the umask 0${UMASK.toString(8)}, both kinds are made with mode 0666.`);
    const [posix, sysv] = made(UMASK, 0o666);
    log.event("mode", { result: `POSIX 0${posix.mode}, System V 0${sysv.mode}` });
    claim("umask", posix.mode === "640", `0666 became 0${posix.mode}`);
    claim("umaskSysv", sysv.mode === "640", `0666 became 0${sysv.mode}`);

    step("Objects with three modes. A stranger tries them, then a member of the owner's group.");
    const objects = [0o600, 0o640, 0o666]
      .map((mode) => {
        const [{ name }, { key }] = made(0, mode);
        return [mode.toString(8), name, key].join();
      })
      .join(" ");
    const visit = (as: string, gid: number) =>
      start("visitor", { as, args: { uid: NOBODY, gid, objects } }).result<May | null>();
    const stranger = await visit("stranger", NOBODY);
    const member = await visit("member", process.getgid?.() ?? 0);
    if (stranger === null || member === null) {
      const reason = "only root can become another user: run this demo with sudo";
      for (const name of ["group", "owner", "read"] as const) unavailable(name, reason);
      return;
    }
    const told = (mode: string) =>
      `POSIX and System V: stranger ${stranger[mode]?.join(" and ")}, member ${member[mode]?.join(" and ")}`;
    const is = (may: May, mode: string, what: string) => may[mode]?.every((each) => each === what) === true;
    claim("owner", is(stranger, "600", "-") && is(member, "600", "-"), told("600"));
    claim("read", is(stranger, "640", "-") && is(member, "640", "r"), told("640"));
    claim("group", is(member, "666", "rw") && !is(stranger, "666", "rw"), told("666"));

    /** One object of each kind, closed again, and the mode that it has then. */
    function made(umask: number, mode: number) {
      const [name, key] = [own("posix-shm"), Number(own("sysv-shm"))];
      const before = process.umask(umask);
      createPosixMemory(name, { bytes: 1, mode }).close();
      createSysvMemory(key, { bytes: 1, mode, driver: "libc" }).close();
      process.umask(before);
      const posixMode = (statSync(POSIX_FOLDER + name).mode & 0o777).toString(8);
      return [
        { name, mode: posixMode },
        { key, mode: sysvMemoryStat(key).mode.toString(8) },
      ] as const;
    }
  },
});

/** How far it lets us: reading and writing, reading, or not at all. */
function tried(log: Log, object: string, open: (readOnly: boolean) => void): string {
  for (const readOnly of [false, true]) {
    try {
      log.call(readOnly ? "open O_RDONLY" : "open O_RDWR", object, () => open(readOnly));
      return readOnly ? "r" : "rw";
    } catch (error) {
      if (!(error instanceof IpcError && error.code === "NO_PERMISSION")) throw error;
    }
  }
  return "-";
}
