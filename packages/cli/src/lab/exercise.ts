import { IpcError } from "@ipc-playground/contract";
import type { Exercise, Lab } from "@ipc-playground/lab-kit";
import { checkSubmission, removeRun, sweepDeadRuns } from "@ipc-playground/lab-kit/runner";
import wrapAnsi from "wrap-ansi";
import { compileMine } from "../exercise/compile.ts";
import { confirmReset, makeMine, setMineAside } from "../exercise/learners-file.ts";
import { allPlaces, type Place, placeNamed } from "../exercise/place.ts";
import { printedList, printedResults } from "../exercise/report.ts";
import { EXIT } from "../exit.ts";
import { LABS } from "../labs.ts";
import { renderMarkdown } from "../markdown.ts";
import { progress, screen, TEXT_WIDTH } from "../terminal.ts";
import { rule } from "./print.ts";
import { onInterrupt } from "./run.ts";

export interface ExerciseOptions {
  /** Which hint, from "1"; `true` is the first. */
  hint?: true | string;
  solution?: true;
  reset?: true;
}

/** List the exercises, or do one: make the learner's file, check it, help. Returns the exit status. */
export async function exercise(
  name: string | undefined,
  options: ExerciseOptions,
  labs: readonly Lab[] = LABS,
): Promise<number> {
  const asked = (["hint", "solution", "reset"] as const).filter((option) => options[option] !== undefined);
  if (asked.length > 1)
    throw usage(`--${asked[0]} and --${asked[1]} do not go together`, "choose one of them");
  if (name === undefined) {
    if (asked.length > 0)
      throw usage(`--${asked[0]} does not say of which exercise`, "name one, such as pipe/plumbing");
    say(await printedList(allPlaces(labs), screen()));
    say("\n`pnpm lab exercise LAB/NAME` begins one, and checks it.\n");
    return EXIT.ok;
  }
  const place = placeNamed(labs, name);
  if (options.hint !== undefined) return hint(place, await place.load(), options.hint);
  sweepDeadRuns();
  const interruption = onInterrupt();
  try {
    if (options.reset) return await reset(place, interruption);
    if (options.solution) return await checkSolution(place, interruption);
    return await checkMine(place, interruption);
  } finally {
    removeRun();
  }
}

async function checkMine(place: Place, interruption: AbortSignal): Promise<number> {
  if (!place.begun) {
    makeMine(place);
    say(`${renderMarkdown(place.read("README.md"), screen())}\n`);
    say(`Made ${place.shown("mine.ts")} from the starter: it is yours to edit.\n\n`);
  }
  const complaints = await compileMine(place, screen().color);
  if (interruption.aborted) return EXIT.interrupted;
  if (complaints !== "") {
    say(`${complaints}\n\nNothing was run: ${place.shown("mine.ts")} does not compile.\n`);
    return EXIT.failed;
  }
  const status = await check(place, "mine", interruption);
  if (status === EXIT.failed) {
    say(
      `\n${wrapped(`Edit ${place.shown("mine.ts")} and run this again. \`${command(place)} --hint\` helps.`)}`,
    );
  }
  if (status === EXIT.ok) say(`\n${wrapped(`Solved. \`${command(place)} --solution\` shows another way.`)}`);
  return status;
}

async function checkSolution(place: Place, interruption: AbortSignal): Promise<number> {
  const status = await check(place, "solution", interruption);
  if (status !== EXIT.interrupted) say(`\n${place.shown("solution.ts")}:\n\n${place.read("solution.ts")}`);
  return status;
}

async function check(place: Place, module: "mine" | "solution", interruption: AbortSignal): Promise<number> {
  const checked = await place.load();
  say(`${rule(checked.title, `${module}.ts`, screen())}\n`);
  const done = progress(`checking ${place.title} …`);
  const results = await checkSubmission(place.module("check"), place.module(module), {
    signal: interruption,
  });
  done();
  if (interruption.aborted) return EXIT.interrupted;
  say(printedResults(checked, results, screen()));
  return results.every(({ observed }) => observed === undefined) ? EXIT.ok : EXIT.failed;
}

async function reset(place: Place, interruption: AbortSignal): Promise<number> {
  if (place.begun) {
    const confirmed = await confirmReset(place, interruption);
    if (interruption.aborted) return EXIT.interrupted;
    if (!confirmed) {
      say("Nothing was changed.\n");
      return EXIT.ok;
    }
    say(`Your file is now ${place.shown(setMineAside(place))}.\n`);
  }
  makeMine(place);
  say(`Made ${place.shown("mine.ts")} from the starter.\n`);
  return EXIT.ok;
}

function hint(place: Place, { hints }: Exercise, asked: true | string): number {
  const number = asked === true ? 1 : Number(asked);
  const text = hints[number - 1];
  if (text === undefined) {
    throw usage(`there is no hint "${asked}" for ${place.title}`, `give a number from 1 to ${hints.length}`);
  }
  say(renderMarkdown(text, screen()));
  if (number < hints.length)
    say(`\nHint ${number} of ${hints.length}; the next: ${command(place)} --hint ${number + 1}\n`);
  else say(`\nThat was the last hint. ${command(place)} --solution shows a solution.\n`);
  return EXIT.ok;
}

function command(place: Place): string {
  return `pnpm lab exercise ${place.title}`;
}

function wrapped(text: string): string {
  return `${wrapAnsi(text, Math.min(screen().width, TEXT_WIDTH))}\n`;
}

function usage(fact: string, nextStep: string): IpcError {
  return new IpcError("BAD_USAGE", fact, nextStep);
}

function say(text: string): void {
  process.stdout.write(text);
}
