import { readFileSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { descriptorTarget } from "@ipc-playground/libc";
import {
  createPosixQueue,
  openPosixQueue,
  readStatus,
  unlinkPosixQueue,
} from "@ipc-playground/message-queues";
import { mqReceive, mqSend, textOf } from "./telling.ts";

export default defineDemo({
  name: "names",
  title: "POSIX: what is to be seen of a queue, and what unlinking leaves",
  claims: {
    file: {
      says: "A POSIX queue is a file, so reading that file gives its messages.",
      expect: "refuted",
      source: "mq_overview(7), /dev/mqueue: a line about them",
    },
    unlinked: {
      says: "mq_unlink takes the queue away from those who use it.",
      expect: "refuted",
      source: "mq_unlink(3): the name at once, the queue when all have closed it",
    },
    mounted: {
      says: "All POSIX queues of the system are listed as files under /dev/mqueue.",
      expect: "holds",
      source: "mq_overview(7): where the mqueue file system is mounted",
    },
  },
  predict: {
    question:
      "A process has a queue open. Another one unlinks its name. The first one sends and receives. What happens?",
    choices: ["EIDRM, as with System V", "It works as before", "EBADF"],
    answer: 1,
    because: "POSIX queues behave as files do: the name goes at once, the object with its last descriptor.",
  },
  processes: {
    owner({ text, log }) {
      using queue = openPosixQueue(text("queue"));
      using orders = openPosixQueue(text("orders"));
      mqSend(log, queue, 3, "secret");
      log.event("ready", { object: queue.name, result: `fd ${queue.fd}` });
      mqReceive(log, orders);
      const got = mqReceive(log, queue, { withinMs: 0 });
      return { fd: queue.fd, got: got.kind === "message" ? textOf(got) : got.kind };
    },
  },
  async run({ start, own, claim, unavailable, step, log }) {
    const [name, orders] = [own("posix-mq"), own("posix-mq")];
    using gate = createPosixQueue(orders, { maxMessages: 1, messageBytes: 8 });
    const made = createPosixQueue(name, { maxMessages: 8, messageBytes: 64 });
    const owner = start("owner", { args: { queue: name, orders } });
    await owner.asleep({ in: "mq_receive" });

    step("Look at the open queue from outside, as a file: in /proc/PID/fd, and in /dev/mqueue.");
    const seen = readFileSync(`/proc/self/fd/${made.fd}`, "latin1").trim().replace(/\s+/g, " ");
    log.event("read", { object: `/proc/PID/fd/${made.fd}`, result: seen });
    claim(
      "file",
      seen.includes("secret"),
      `one message "secret" is in it; reading its file gave "${seen}" (${readStatus(process.pid, made.fd).bytes} bytes)`,
    );
    const mount = readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .find(([, , type]) => type === "mqueue")?.[1];
    if (mount === undefined)
      unavailable(
        "mounted",
        "no mqueue file system is mounted here: mount -t mqueue none /dev/mqueue, as root",
      );
    else
      claim(
        "mounted",
        isThere(`${mount}${name}`),
        `${mount}${name} is ${isThere(`${mount}${name}`) ? "" : "not "}there`,
      );
    made.close();

    step("Now the name goes. The owner has the queue open, and goes on.");
    log.call("mq_unlink", "queue", () => (unlinkPosixQueue(name) ? "gone" : "ENOENT"));
    const link = descriptorTarget(owner.pid, fdOf(owner.pid, name)) ?? "nothing";
    mqSend(log, gate, 0, "go on");
    const { got } = await owner.result<{ got: string }>();
    claim("unlinked", got !== "secret", `its descriptor led to "${shorter(link)}", and it received "${got}"`);
  },
});

function isThere(path: string): boolean {
  try {
    return readFileSync(path, "latin1").startsWith("QSIZE");
  } catch {
    return false;
  }
}

/** The descriptor of a process that leads to that queue, linked or not. */
function fdOf(pid: number, name: string): number {
  for (let fd = 0; fd < 64; fd++) if (descriptorTarget(pid, fd)?.startsWith(name)) return fd;
  return -1;
}

/** Names of this run's objects are long, and their beginning says nothing here. */
function shorter(link: string): string {
  return link.replace(/^\/run-[\d-]+/, "/queue");
}
