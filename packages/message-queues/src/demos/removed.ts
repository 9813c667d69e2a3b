import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { createSysvQueue, SysvQueue } from "@ipc-playground/message-queues";
import { msgrcv } from "./telling.ts";

export default defineDemo({
  name: "removed",
  title: "The queue is removed while somebody sleeps on it: EIDRM",
  claims: {
    waits: {
      says: "A queue that is removed stays until the last process that uses it is done.",
      expect: "refuted",
      source: "msgctl(2), IPC_RMID: at once",
    },
    sleeper: {
      says: "A process asleep in msgrcv is woken when its queue goes, and told so.",
      expect: "holds",
      source: "msgrcv(2): EIDRM",
    },
    drained: {
      says: "Messages that are in a queue when it is removed can still be received.",
      expect: "refuted",
      source: "msgctl(2): removed with its messages",
    },
  },
  predict: {
    question: "A file that is removed lives on for those who have it open. A System V queue?",
    choices: ["The same", "It is gone for everybody at once", "It cannot be removed while it is in use"],
    answer: 1,
    because: 'A queue\'s id is not a descriptor. Nobody "has it open", so there is nobody to wait for.',
  },
  processes: {
    sleeper({ number, log }) {
      try {
        // Nothing of this type will come.
        return msgrcv(log, new SysvQueue(number("queue")), { type: 9 }).kind;
      } catch (error) {
        if (error instanceof IpcError) return error.errno;
        throw error;
      }
    },
  },
  async run({ start, own, claim, step, log }) {
    const queue = createSysvQueue(Number(own("sysv-msg")));
    queue.send(1, Buffer.from("unread"));
    const sleeper = start("sleeper", { args: { queue: queue.id } });
    await sleeper.asleep({ in: "msgrcv" });
    step("One message is in the queue, and a process sleeps, waiting for another type. Now the queue goes.");
    log.call("msgctl IPC_RMID", queue.name, () => queue.remove());
    const errno = await sleeper.result<string>();
    claim("sleeper", errno === "EIDRM", `msgrcv came back with ${errno}`);
    const later = refusal(() => log.call("msgrcv", queue.name, () => queue.receive({ noWait: true })));
    claim("drained", later === "nothing", `the next msgrcv failed with ${later}`);
    const asked = refusal(() => log.call("msgctl IPC_STAT", queue.name, () => queue.stat()));
    claim("waits", asked === "nothing", `right after IPC_RMID, asking for it failed with ${asked}`);
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
