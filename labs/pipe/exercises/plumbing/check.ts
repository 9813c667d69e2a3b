import { setTimeout as delay } from "node:timers/promises";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { submitted } from "@ipc-playground/lab-kit/exercises";
import { openDescriptors } from "@ipc-playground/libc";
import { quoted, resultOf } from "../submission.ts";
import type { Program } from "./starter.ts";

type Submission = typeof import("./starter.ts");

/** Reads one line and no further: it does not need end-of-file. */
const PRINTS_ONE_LINE: Program = ["sh", "-c", 'read -r line; echo "$line"'];
/** How often `plumb` is called to see whether descriptors pile up. */
const CALLS = 5;
/** Node closes a descriptor a moment after its stream has ended: so long may that take, in milliseconds. */
const CLOSED_WITHIN_MS = 2_000;

export default defineExercise({
  name: "plumbing",
  title: "Build `ls | wc -l` by hand",
  hints: [
    "`openPipe()` gives two ends with a number each (`.fd`). `left` needs one of the numbers as its standard output, `right` the other as its standard input: which place in `stdio` is that?",
    "A child gets copies of the descriptors. After two calls of `spawn` each end is open in two processes, and one of them is yours. `ls -l /proc/PID/fd` shows it.",
    "Close both ends in your own process as soon as both programs run, and before you wait for the answer. A `using` in a function that only starts the programs does it by itself.",
  ],
  processes: {
    async caller(context) {
      const { plumb } = await submitted<Submission>(context, "plumb");
      const [left, right] = JSON.parse(context.text("programs")) as [Program, Program];
      let printed = "";
      await context.log.call("plumb", `${left[0]} | ${right[0]}`, async () => {
        printed = await plumb(left, right);
        return quoted(printed);
      });
      return printed;
    },
    /** Calls it several times, and returns the descriptors that were not there after the first. */
    async regular(context) {
      const { plumb } = await submitted<Submission>(context, "plumb");
      // The first call lets Node open what it needs for good.
      await plumb(["echo"], ["cat"]);
      const known = new Set(descriptors());
      for (let i = 1; i < CALLS; i++) await plumb(["echo"], ["cat"]);
      const deadline = performance.now() + CLOSED_WITHIN_MS;
      for (;;) {
        const more = descriptors().filter((descriptor) => !known.has(descriptor));
        if (more.length === 0 || performance.now() > deadline) return more;
        await delay(1);
      }
    },
  },
  schedules: {
    joined: {
      says: "What left prints is what right reads.",
      async run(context) {
        const printed = await plumbed(context, ["echo", "ant"], PRINTS_ONE_LINE);
        context.require(
          printed === "ant\n",
          `left printed "ant", right printed back what it read, and that was ${quoted(printed)}`,
        );
      },
    },
    realPipe: {
      says: "Left's standard output and right's standard input are the same pipe(2).",
      async run(context) {
        const right = "read -r line; echo $line; readlink /proc/self/fd/0";
        const printed = await plumbed(context, ["readlink", "/proc/self/fd/1"], ["sh", "-c", right]);
        const [output = "", input = ""] = printed.split("\n");
        const what = output.startsWith("socket:") ? ', which is what Node\'s stdio: "pipe" makes' : "";
        context.require(
          output.startsWith("pipe:") && output === input,
          `left's standard output is ${output}, and right's standard input is ${input}${what}`,
        );
      },
    },
    endOfFile: {
      says: "When left has ended, right gets end-of-file.",
      async run(context) {
        const printed = await plumbed(context, ["printf", "ant\\nbee\\ncat\\n"], ["wc", "-l"]);
        context.require(printed.trim() === "3", `left printed 3 lines, and wc -l printed ${quoted(printed)}`);
      },
    },
    atOnce: {
      says: "Both run at the same time: left may print more than a pipe holds.",
      async run(context) {
        const printed = await plumbed(context, ["seq", "100000"], ["wc", "-l"]);
        context.require(
          printed.trim() === "100000",
          `left printed 100000 lines, and wc -l printed ${quoted(printed)}`,
        );
      },
    },
    brokenPipe: {
      says: "When right has ended, left gets SIGPIPE: `yes | head -1` comes to an end.",
      async run(context) {
        const printed = await plumbed(context, ["yes"], ["head", "-1"]);
        context.require(printed === "y\n", `yes | head -1 printed ${quoted(printed)}`);
      },
    },
    nothingOpen: {
      says: "No descriptor is left open.",
      async run(context) {
        const caller = context.start("regular", { as: "caller" });
        const more = await resultOf<string[]>(context, caller);
        context.require(
          more.length === 0,
          `after ${CALLS} calls, caller has ${more.length} descriptors open that were not open after the first: ${more.join(", ")}`,
        );
      },
    },
  },
  starter: { schedule: "joined", observed: /what it read, and that was "\\n"/ },
  wrong: {
    "node-stdio": { schedule: "realPipe", observed: /socket:\[\d+\], and right's standard input is socket:/ },
    "keeps-write-end": {
      schedule: "endOfFile",
      observed:
        /^wc \(pid \d+\) is asleep in read on pipe:\[\d+\], whose write end is open in caller \(pid \d+, fd \d+\)$/,
    },
    "one-after-the-other": {
      schedule: "atOnce",
      observed: /^seq \(pid \d+\) is asleep in write on pipe:\[\d+\], whose read end is open in caller/,
    },
    "keeps-read-end": {
      schedule: "brokenPipe",
      observed: /^yes \(pid \d+\) is asleep in write on pipe:\[\d+\], whose read end is open in caller/,
    },
    "leaks-the-answer": {
      schedule: "nothingOpen",
      observed: /^after 5 calls, caller has 4 descriptors open .*: fd \d+ on pipe:\[\d+\], /,
    },
  },
});

async function plumbed(context: ExerciseContext<"caller">, left: Program, right: Program): Promise<string> {
  const caller = context.start("caller", { args: { programs: JSON.stringify([left, right]) } });
  return resultOf<string>(context, caller);
}

function descriptors(): string[] {
  return (openDescriptors(process.pid) ?? []).map(({ fd, target }) => `fd ${fd} on ${target}`);
}
