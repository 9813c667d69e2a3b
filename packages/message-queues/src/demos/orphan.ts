import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { type DirectorContext, defineDemo } from "@ipc-playground/lab-kit";
import { createSysvQueue, keyText, listOwn, openSysvQueue } from "@ipc-playground/message-queues";
import { msgrcv, msgsnd, textOf } from "./telling.ts";

export default defineDemo({
  name: "orphan",
  title: "Queues outlive their processes, until somebody removes them",
  claims: {
    outlive: {
      says: "Messages outlive the processes that sent them.",
      expect: "holds",
      source: "sysvipc(7); mq_overview(7), kernel persistence",
    },
    vanish: {
      says: "A message queue vanishes with the process that made it.",
      expect: "refuted",
      source: "msgget(2), sysvipc(7)",
    },
    orphan: {
      says: "A queue that everybody forgot can be found and removed from outside.",
      expect: "holds",
      source: "ipcs(1), ipcrm(1), proc(5): /proc/sysvipc/msg",
    },
  },
  predict: {
    question: "The only process that knows a queue exits. What becomes of the queue and the message in it?",
    choices: ["Both are gone", "The queue stays, empty", "Both stay, until a reboot if need be"],
    answer: 2,
    because: "System V objects belong to the kernel, not to processes. Nothing counts who still wants them.",
  },
  processes: {
    maker({ number, log }) {
      const key = number("key");
      const queue = log.call("msgget", keyText(key), () => createSysvQueue(key));
      msgsnd(log, queue, 1, "remember me");
    },
    reader({ number, log }) {
      const key = number("key");
      const message = msgrcv(log, openSysvQueue(key), { noWait: true });
      return message.kind === "message" ? textOf(message) : message.kind;
    },
  },
  async run(director) {
    const { start, own, claim, step, log } = director;
    const key = Number(own("sysv-msg"));
    step("A process makes a queue, sends one message, and exits.");
    const maker = start("maker", { args: { key } });
    await maker.result();
    const orphan = listOwn().find((line) => line.key === key);
    claim(
      "vanish",
      orphan === undefined,
      `pid ${maker.pid} is gone; ${orphan ? `queue ${orphan.id} has ${orphan.messages} message in it` : "so is the queue"}`,
    );

    step("What ipcs(1) shows of it, and a reader that starts only now.");
    log.event("ipcs -q", { note: await seenByIpcs(director, key) });
    const text = await start("reader", { args: { key } }).result<string>();
    claim("outlive", text === "remember me", `the reader got "${text}" from a process that no longer exists`);

    step("Nobody uses it any more. Somebody who looks at the list removes it.");
    if (orphan !== undefined) await removedByIpcrm(director, orphan.id);
    const left = listOwn().filter((line) => line.key === key).length;
    claim(
      "orphan",
      orphan !== undefined && left === 0,
      `found in /proc/sysvipc/msg as ${orphan?.id}; ${left} left afterwards`,
    );
  },
});

type Director = DirectorContext<"maker" | "reader", "outlive" | "vanish" | "orphan">;

/** The line of ipcs(1) on that queue; where there is no ipcs, the kernel's own. */
async function seenByIpcs({ program, scratch }: Director, key: number): Promise<string> {
  const file = join(scratch(), "ipcs");
  const fd = openSync(file, "w");
  try {
    await program("ipcs", ["-q"], { stdout: fd }).exited();
    const line = readFileSync(file, "utf8")
      .split("\n")
      .find((line) => line.includes(keyText(key)));
    if (line !== undefined)
      return `key, msqid, owner, perms, bytes, messages: ${line.trim().split(/\s+/).join(" ")}`;
  } catch (error) {
    if (!(error instanceof IpcError)) throw error;
  } finally {
    closeSync(fd);
  }
  const line = listOwn().find((line) => line.key === key);
  return `/proc/sysvipc/msg: key ${keyText(key)}, id ${line?.id}, ${line?.bytes} bytes, ${line?.messages} message`;
}

async function removedByIpcrm({ program, log }: Director, id: number): Promise<void> {
  try {
    await program("ipcrm", ["-q", `${id}`]).exited();
  } catch (error) {
    if (!(error instanceof IpcError)) throw error;
  }
  const left = listOwn().find((line) => line.id === id);
  if (left !== undefined)
    log.call("msgctl IPC_RMID", `queue:[${id}]`, () => openSysvQueue(left.key).remove());
}
