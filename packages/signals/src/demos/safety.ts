import { defineDemo } from "@ipc-playground/lab-kit";
import { signalStatus } from "@ipc-playground/libc";
import { findNative, signalNumber } from "@ipc-playground/signals";
import { bindHandlers } from "./handlers.ts";

/** So many signals the careful handler has to survive; the careless one seldom sees the tenth. */
const SIGNALS = 300;
const INTERVAL_MICROS = 100;
/** So often must we find it in the same place, a millisecond apart, to call it a hang. */
const LOOKS = 20;
const SIGALRM = signalNumber("SIGALRM");

export default defineDemo({
  name: "safety",
  title: "What a handler must not call",
  claims: {
    careless: {
      says: "A signal handler may call any function of the C library.",
      expect: "refuted",
      source: "signal-safety(7): localtime is not on the list",
    },
    careful: {
      says: "A handler that only sets a variable is safe, however often it runs.",
      expect: "holds",
      source: "signal-safety(7); C11, volatile sig_atomic_t",
    },
  },
  predict: {
    question:
      "A C program calls localtime() all the time. A timer's handler calls localtime() too, in the same thread. What may happen?",
    choices: ["A wrong date, at worst", "It hangs for ever", "Nothing, libc is thread-safe"],
    answer: 1,
    because:
      "localtime() takes a lock. The handler waits for the lock of the code that it has interrupted, and that code waits for the handler to return.",
  },
  processes: {
    program({ number, log }) {
      const { workWithTimer } = bindHandlers();
      const what = number("safe") ? "handler sets a variable" : "handler calls localtime()";
      return log.call(
        "work",
        what,
        () => workWithTimer(number("safe"), SIGNALS, INTERVAL_MICROS),
        undefined,
        (n) => ({
          result: `${n} signals`,
        }),
      );
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    const native = findNative("handlers");
    if (native.kind === "absent") {
      unavailable("careless", native.reason);
      unavailable("careful", native.reason);
      return;
    }
    step("A timer interrupts localtime() again and again. The handler notes that, and no more.");
    const careful = start("program", { as: "careful", args: { safe: 1 } });
    const count = await careful.result<number>();
    claim("careful", count >= SIGNALS, `${count} signals, and the program came to its end`);

    step("Now the handler calls localtime() as well.");
    const careless = start("program", { as: "careless", args: { safe: 0 } });
    // Inside its handler (SIGALRM is blocked then), asleep in futex, each time that we look.
    let looks = 0;
    const hangs = () => {
      const inHandler = signalStatus(careless.pid)?.blocked.includes(SIGALRM);
      looks = inHandler && careless.whereabouts() === "asleep in futex" ? looks + 1 : 0;
      return looks === LOOKS;
    };
    await until(() => hangs() || !careless.running, {
      what: () => `careless to hang or to end (${careless.whereabouts()})`,
    });
    const where = careless.whereabouts();
    log.event("look", {
      object: "careless",
      result: where,
      note: "A lock that its own thread holds. This never ends.",
    });
    careless.kill("SIGKILL");
    await careless.exited();
    claim(
      "careless",
      looks < LOOKS,
      `the handler's localtime() is ${where}; in ${looks} looks it had not moved`,
    );
  },
});
