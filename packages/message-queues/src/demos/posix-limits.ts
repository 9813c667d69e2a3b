import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { setSoftLimit } from "@ipc-playground/libc";
import { createPosixQueue, POSIX_LIMITS, readLimit, unlinkPosixQueue } from "@ipc-playground/message-queues";

/** What a process may have in queues here, in bytes: room for one queue of this demo, not for two. */
const ALLOWANCE_BYTES = 20_000;
const QUEUE = { maxMessages: 10, messageBytes: 1_024 };

export default defineDemo({
  name: "posix-limits",
  title: "POSIX: the size is chosen when the queue is made, and paid for",
  claims: {
    large: {
      says: "Whoever makes a queue chooses freely how many messages it holds.",
      expect: "refuted",
      source: "mq_overview(7): /proc/sys/fs/mqueue/msg_max; EINVAL",
    },
    largest: {
      says: "The largest POSIX message has 8 KiB.",
      expect: "holds",
      source: "mq_overview(7): /proc/sys/fs/mqueue/msgsize_max, 8192 by default",
    },
    empty: {
      says: "An empty queue costs nothing.",
      expect: "refuted",
      source: "getrlimit(2), RLIMIT_MSGQUEUE: EMFILE",
    },
  },
  predict: {
    question:
      "A user has made some queues and never sent a message. The next mq_open() fails with EMFILE. Why?",
    choices: [
      "Too many open files",
      "The queues' capacity counts, full or empty",
      "The queues' names are used up",
    ],
    answer: 1,
    because: "`ulimit -q` bounds what all queues of a user could hold. A queue is paid for when it is made.",
  },
  processes: {
    /** Makes queues with an allowance of its own, smaller than the user's. */
    maker({ text, log }) {
      setSoftLimit("messageQueueBytes", ALLOWANCE_BYTES);
      let made = 0;
      try {
        for (const name of text("names").split(" ")) {
          log.call("mq_open O_CREAT", `queue ${made + 1}`, () => {
            createPosixQueue(name, QUEUE).close();
            return "made";
          });
          made++;
        }
        return { made, errno: "nothing" };
      } catch (error) {
        if (!(error instanceof IpcError)) throw error;
        return { made, errno: error.errno };
      }
    },
  },
  async run({ start, own, claim, unavailable, step, log }) {
    const most = readLimit(POSIX_LIMITS.messages) ?? 0;
    step(`msg_max is ${most}: ask for one more than that, and for a message of more than msgsize_max.`);
    const refused = log.call("mq_open O_CREAT", `${most + 1} messages`, () =>
      refusal(own("posix-mq"), { maxMessages: most + 1, messageBytes: 8 }),
    );
    const beyond = refusal(own("posix-mq"), { maxMessages: 70_000, messageBytes: 8 });
    // CAP_SYS_RESOURCE lifts msg_max; nothing lifts HARD_MSGMAX, 65536.
    claim("large", beyond === "nothing", `${most + 1} messages: ${refused}; 70000 messages: ${beyond}`);

    const longest = readLimit(POSIX_LIMITS.messageBytes);
    if (longest !== 8_192) {
      unavailable(
        "largest",
        `${POSIX_LIMITS.messageBytes.file} was set to ${longest} here; it is 8192 by default`,
      );
    } else {
      const fits = refusal(own("posix-mq"), { maxMessages: 1, messageBytes: longest });
      const over = refusal(own("posix-mq"), { maxMessages: 1, messageBytes: longest + 1 });
      const privileged = fits === "nothing" && over === "nothing";
      if (privileged)
        unavailable("largest", "this user has CAP_SYS_RESOURCE, for which the limit is no limit");
      else
        claim(
          "largest",
          fits === "nothing" && over !== "nothing",
          `messages of 8192 bytes: allowed; of 8193: ${over}`,
        );
    }

    step(
      `A process that may have ${ALLOWANCE_BYTES} bytes in queues makes two, of 10 KiB each, and sends nothing.`,
    );
    const names = [own("posix-mq"), own("posix-mq")].join(" ");
    const { made, errno } = await start("maker", { args: { names } }).result<{
      made: number;
      errno: string;
    }>();
    claim(
      "empty",
      errno === "nothing",
      `queue ${made + 1} was refused with ${errno}, though no message was ever sent`,
    );
  },
});

/** The errno with which the kernel refuses a queue of that size, or `"nothing"`. */
function refusal(name: string, size: { maxMessages: number; messageBytes: number }): string {
  try {
    createPosixQueue(name, size).close();
    unlinkPosixQueue(name);
    return "nothing";
  } catch (error) {
    return (error instanceof IpcError && error.errno) || String(error);
  }
}
