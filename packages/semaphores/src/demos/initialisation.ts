import { defineDemo } from "@ipc-playground/lab-kit";
import { close, IPC_CREAT, IPC_EXCL, pipe2, read, semget, write } from "@ipc-playground/libc";
import { createOrOpenSemaphoreSet, openSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { down, up } from "./telling.ts";

const LOCK = { index: 0, name: "lock" };

export default defineDemo({
  name: "initialisation",
  title: "A set is made, and not yet set up: the race of the two steps",
  claims: {
    ready: {
      says: "Once a process has made a semaphore set, others can use it.",
      expect: "refuted",
      source: "semget(2), BUGS: creating and initialising are two steps",
    },
    post: {
      says: "A post that comes between the two steps counts.",
      expect: "refuted",
      source: "semctl(2), SETVAL: it replaces the value",
    },
    otime: {
      says: "A process that waits until the set has been operated on once finds it ready.",
      expect: "holds",
      source: "semctl(2), sem_otime; Stevens, UNIX Network Programming 2, 11.6",
    },
  },
  processes: {
    /** Makes the set, and is held up before it sets the value to 1. */
    maker({ fd, number, log }) {
      const id = log.call(
        "semget EXCL",
        "set",
        () => semget(number("key"), 1, IPC_CREAT | IPC_EXCL | 0o600),
        undefined,
        () => ({ result: "made" }),
      );
      const set = new SemaphoreSet(id);
      read(fd("gate"), new Uint8Array(1));
      log.call("semctl SETVAL 1", LOCK.name, () => set.setValue(LOCK.index, 1));
      // A semop that changes nothing in the end: it sets the time of the last operation.
      log.call("semop -1 +1", LOCK.name, () =>
        set.operate([
          { index: 0, change: -1 },
          { index: 0, change: 1 },
        ]),
      );
    },
    /** Finds the set, and uses it at once. */
    hasty({ number, log }) {
      const set = openSemaphoreSet(number("key"));
      const taken = down(log, set, LOCK, { noWait: true, note: "It should be 1." }).kind;
      up(log, set, LOCK);
      return { taken, value: set.value(LOCK.index) };
    },
    patient({ number, log }) {
      const { set } = log.call("wait for sem_otime", "set", () =>
        createOrOpenSemaphoreSet(number("key"), [1]),
      );
      return down(log, set, LOCK, { noWait: true }).kind;
    },
  },
  async run({ start, own, claim, step }) {
    const pipe = pipe2();
    if (typeof pipe === "number") throw new Error("no pipe");
    const [readEnd, writeEnd] = pipe;
    const fds = { gate: readEnd };
    const letGo = () => write(writeEnd, Buffer.from("!"));

    step("A maker is held up between semget and SETVAL. A hasty process finds the set.");
    let key = Number(own("sysv-sem"));
    const maker = start("maker", { args: { key }, fds });
    await maker.said("semget EXCL");
    const hasty = await start("hasty", { args: { key } }).result<{ taken: string; value: number }>();
    claim(
      "ready",
      hasty.taken === "taken",
      `a lock that should begin at 1 was found, and could not be taken: ${hasty.taken}`,
    );
    letGo();
    await maker.result();
    const value = openSemaphoreSet(key).value(LOCK.index);
    claim(
      "post",
      value === 2,
      `hasty's post made it ${hasty.value}; then SETVAL 1 made it ${value}, where 1 and a post are 2`,
    );

    step("The same with a patient process, which waits until sem_otime is not 0.");
    key = Number(own("sysv-sem"));
    const second = start("maker", { args: { key }, fds });
    await second.said("semget EXCL");
    const patient = start("patient", { args: { key } });
    await patient.asleep({ in: "wait for sem_otime" });
    const early = openSemaphoreSet(key).stat().lastOperation;
    letGo();
    await second.result();
    const taken = await patient.result<string>();
    claim(
      "otime",
      early === 0 && taken === "taken",
      `while it waited sem_otime was ${early}; then the lock could be taken: ${taken}`,
    );
    for (const end of pipe) close(end);
  },
});
