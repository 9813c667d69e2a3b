import { defineDemo } from "@ipc-playground/lab-kit";
import { changeSignalMask, SA_NODEFER } from "@ipc-playground/libc";
import { findNative, sendToMainThread, signalNumber } from "@ipc-playground/signals";
import { bindHandlers } from "./handlers.ts";

const SIGUSR2 = signalNumber("SIGUSR2");
const LOW = signalNumber("SIGRTMIN+1");
const HIGH = signalNumber("SIGRTMIN+2");

export default defineDemo({
  name: "nested",
  title: "A signal for a handler that is running",
  claims: {
    held: {
      says: "A signal that arrives while its own handler runs is held until the handler has returned.",
      expect: "holds",
      source: "sigaction(2): the signal is in the thread's mask while its handler runs",
    },
    nodefer: {
      says: "A handler can never be interrupted by its own signal.",
      expect: "refuted",
      source: "sigaction(2), SA_NODEFER",
    },
    lowestFirst: {
      says: "Of two pending signals, the handler of the lower number runs first.",
      expect: "refuted",
      source: "signal(7): delivered first, but interrupted by the next delivery; sigaction(2), sa_mask",
    },
    masked: {
      says: "With sa_mask full, handlers run one after the other, lowest number first.",
      expect: "holds",
      source: "sigaction(2), sa_mask",
    },
  },
  predict: {
    question:
      "Signals 35 and 36 are both pending, both with handlers. They are unblocked in one call. Whose handler is done first?",
    choices: ["35's", "36's", "It depends on who was sent first"],
    answer: 1,
    because:
      "35 is delivered first, but before its handler has run one instruction, 36 is delivered and interrupts it.",
  },
  processes: {
    program({ log }) {
      const { traceSignal, traceBegin, traceText } = bindHandlers();
      const traced = (what: string, note: string, again: number, action: () => void) => {
        traceBegin(again);
        return log.call(
          "handlers",
          what,
          () => {
            action();
            return traceText();
          },
          note,
          (text) => ({ result: inWords(text) }),
        );
      };
      const raiseOne = () => sendToMainThread(process.pid, SIGUSR2);
      const raiseBoth = () => {
        changeSignalMask("block", [LOW, HIGH]);
        sendToMainThread(process.pid, LOW);
        sendToMainThread(process.pid, HIGH);
        changeSignalMask("unblock", [LOW, HIGH]);
      };
      traceSignal(SIGUSR2, 0, 0);
      const held = traced("SIGUSR2", "The handler sends its own signal.", 1, raiseOne);
      traceSignal(SIGUSR2, SA_NODEFER, 0);
      const nodefer = traced(
        "SIGUSR2, SA_NODEFER",
        "The same, with SA_NODEFER: the second one is inside the first.",
        1,
        raiseOne,
      );
      traceSignal(LOW, 0, 0);
      traceSignal(HIGH, 0, 0);
      const open = traced(`${LOW} and ${HIGH}`, "Both were pending; sa_mask is empty.", 0, raiseBoth);
      traceSignal(LOW, 0, 1);
      traceSignal(HIGH, 0, 1);
      const masked = traced(
        `${LOW} and ${HIGH}, masked`,
        "The same with all signals in sa_mask.",
        0,
        raiseBoth,
      );
      return { held, nodefer, open, masked };
    },
  },
  async run({ start, claim, unavailable }) {
    const native = findNative("handlers");
    if (native.kind === "absent") {
      for (const name of ["held", "nodefer", "lowestFirst", "masked"] as const)
        unavailable(name, native.reason);
      return;
    }
    const seen = await start("program").result<Record<"held" | "nodefer" | "open" | "masked", string>>();
    const usr2 = SIGUSR2;
    claim("held", seen.held === `${usr2}<${usr2}>${usr2}<${usr2}>`, `${inWords(seen.held)}`);
    claim(
      "nodefer",
      seen.nodefer !== `${usr2}<${usr2}<${usr2}>${usr2}>`,
      `with SA_NODEFER: ${inWords(seen.nodefer)}`,
    );
    claim("lowestFirst", seen.open.startsWith(`${LOW}<`), `with an empty sa_mask: ${inWords(seen.open)}`);
    claim(
      "masked",
      seen.masked === `${LOW}<${LOW}>${HIGH}<${HIGH}>`,
      `with a full sa_mask: ${inWords(seen.masked)}`,
    );
  },
});

/** "12<12>" as "12 begins, 12 ends". */
function inWords(trace: string): string {
  return trace.replaceAll("<", " begins, ").replaceAll(">", " ends, ").replace(/, $/, "");
}
