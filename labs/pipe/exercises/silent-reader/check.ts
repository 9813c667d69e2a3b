import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { submitted } from "@ipc-playground/lab-kit/exercises";
import { quoted, resultOf } from "../submission.ts";
import type { Program } from "./starter.ts";

type Submission = typeof import("./starter.ts");

interface Play {
  reader: Program;
  writers: Program[];
  /** Start something long-lived in between that has nothing to do with the pipe. */
  helper?: true;
}

interface Seen {
  printed: string;
  helperLives: boolean;
}

const COUNTS: Program = ["wc", "-l"];

export default defineExercise({
  name: "silent-reader",
  title: "Cure the reader that never sees end-of-file",
  hints: [
    "While it hangs, somebody has the write end open. `/proc/PID/fd` of every process involved shows who: look for `pipe:[N]` with the N on which the reader sleeps, in this process, in the reader, and in whatever else was started. `fdinfo/N` tells a write end (flags ending in 1) from a read end (0).",
    "There are two culprits of different kinds: one has opened the pipe and never closes it, the others never asked for it. One line cures each.",
    "`stdio` gives a child its end whether or not the descriptor is inheritable; `inheritable: true` gives both ends to every child. And at the time of `finish()`, the write end that is left over is your own.",
  ],
  processes: {
    async caller(context) {
      const { log } = context;
      const { Collector } = await submitted<Submission>(context, "Collector");
      const play = JSON.parse(context.text("play")) as Play;
      const collector = new Collector(play.reader);
      const helper = play.helper && startHelper();
      if (helper)
        log.event("spawn", {
          result: `cat (pid ${helper.pid})`,
          note: "A helper, who has nothing to do with the pipe.",
        });
      for (const writer of play.writers) await log.call("run", writer.join(" "), () => collector.run(writer));
      let printed = "";
      await log.call("finish", play.reader.join(" "), async () => {
        printed = await collector.finish();
        return quoted(printed);
      });
      return { printed, helperLives: helper !== undefined && (await endsWell(helper)) } satisfies Seen;
    },
  },
  schedules: {
    alone: {
      says: "After one program, the reader comes to its end.",
      async run(context) {
        const { printed } = await collect(context, { reader: COUNTS, writers: [["echo", "ant"]] });
        context.require(printed.trim() === "1", `echo printed 1 line, and wc -l printed ${quoted(printed)}`);
      },
    },
    inTurn: {
      says: "Between two programs the reader goes on reading.",
      async run(context) {
        const writers: Program[] = [
          ["echo", "ant"],
          ["echo", "bee"],
          ["echo", "cat"],
        ];
        const { printed } = await collect(context, { reader: COUNTS, writers });
        context.require(
          printed.trim() === "3",
          `three programs printed a line each, and wc -l printed ${quoted(printed)}`,
        );
      },
    },
    helper: {
      says: "A helper that is started in between, and stays, is nothing to the reader.",
      async run(context) {
        const play: Play = { reader: COUNTS, writers: [["echo", "ant"]], helper: true };
        const { printed, helperLives } = await collect(context, play);
        context.require(printed.trim() === "1", `echo printed 1 line, and wc -l printed ${quoted(printed)}`);
        context.require(helperLives, "the helper was ended, and it belongs to somebody else");
      },
    },
    brokenPipe: {
      says: "The same the other way round: when the reader has left, a program is told.",
      async run(context) {
        const { printed } = await collect(context, { reader: ["head", "-1"], writers: [["yes"]] });
        context.require(printed === "y\n", `yes printed "y" over and over, and head -1 ${quoted(printed)}`);
      },
    },
  },
  starter: {
    schedule: "alone",
    observed:
      /^wc \(pid \d+\) is asleep in read on pipe:\[\d+\], whose write end is open in caller \(pid \d+, fd \d+\) and in wc itself \(fd \d+\)$/,
  },
  wrong: {
    "closes-its-own-only": {
      schedule: "alone",
      observed:
        /^wc \(pid \d+\) is asleep in read on pipe:\[\d+\], whose write end is open in wc itself \(fd \d+\)$/,
    },
    "keeps-its-own": {
      schedule: "alone",
      observed:
        /^wc \(pid \d+\) is asleep in read on pipe:\[\d+\], whose write end is open in caller \(pid \d+, fd \d+\)$/,
    },
    "closes-too-early": {
      schedule: "inTurn",
      observed: /^caller \(pid \d+\) failed: fd \d+ of this pipe is closed in this process/,
    },
    "inheritable-once-it-reads": {
      schedule: "helper",
      observed:
        /^wc \(pid \d+\) is asleep in read on pipe:\[\d+\], whose write end is open in cat \(pid \d+, fd \d+\)$/,
    },
    "ends-every-holder": { schedule: "helper", observed: /^the helper was ended/ },
    "keeps-read-end": {
      schedule: "brokenPipe",
      observed: /^yes \(pid \d+\) is asleep in write on pipe:\[\d+\], whose read end is open in caller/,
    },
  },
});

function collect(context: ExerciseContext<"caller">, play: Play): Promise<Seen> {
  return resultOf<Seen>(context, context.start("caller", { args: { play: JSON.stringify(play) } }));
}

/** Stays until it is ended, or until this process is gone: its input comes from here, and never comes. */
function startHelper(): ChildProcess {
  return spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
}

/**
 * Let it come to its end, and say whether it was its own. Its state would not tell: a process that
 * was killed closes its descriptors a moment before it counts as dead.
 */
async function endsWell(helper: ChildProcess): Promise<boolean> {
  helper.stdin?.on("error", () => {}).end();
  if (helper.exitCode === null && helper.signalCode === null) await once(helper, "exit");
  return helper.exitCode === 0;
}
