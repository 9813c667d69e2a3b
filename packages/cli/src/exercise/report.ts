import type { Exercise } from "@ipc-playground/lab-kit";
import type { ScheduleResult } from "@ipc-playground/lab-kit/runner";
import { lanes } from "@ipc-playground/lab-kit/views";
import pc from "picocolors";
import wrapAnsi from "wrap-ansi";
import { type Screen, TEXT_WIDTH } from "../terminal.ts";
import type { Place } from "./place.ts";

/** So many lines of lanes are shown, and of more than that the last ones: the end is where it went wrong. */
const MAX_LANE_LINES = 40;

/** A line per schedule, what was observed where it failed, and what happened there. */
export function printedResults(
  exercise: Exercise,
  results: readonly ScheduleResult[],
  screen: Screen,
): string {
  const c = pc.createColors(screen.color);
  const lines = Object.entries(exercise.schedules).map(([schedule, { says }]) => {
    const result = results.find((result) => result.schedule === schedule);
    if (result === undefined) return c.dim(hanging("·", says, screen));
    if (result.observed === undefined) return hanging(c.green("✓"), says, screen);
    return `${hanging(c.red("✗"), says, screen)}\n${c.red(hanging(" ", `${result.observed}.`, screen))}`;
  });
  const failed = results.find((result) => result.observed !== undefined);
  const picture = failed === undefined ? "" : `\n${shortened(lanes(failed.events, screen))}`;
  return `${lines.join("\n")}\n${picture}`;
}

/** The exercises of all labs, a line each. */
export async function printedList(places: readonly Place[], { width }: Screen): Promise<string> {
  const longest = Math.max(0, ...places.map(({ title }) => title.length));
  const lines = places.map(async (place) => {
    const { title } = await place.load();
    const before = `${place.title.padEnd(longest)}  ${(place.begun ? "begun" : "not begun").padEnd(9)}  `;
    const text = wrapAnsi(title, Math.max(20, width - before.length));
    return `${before}${text.replace(/\n/g, `\n${" ".repeat(before.length)}`)}`;
  });
  return `${(await Promise.all(lines)).join("\n")}\n`;
}

function hanging(mark: string, text: string, { width }: Screen): string {
  return `  ${mark} ${wrapAnsi(text, Math.min(width, TEXT_WIDTH) - 4).replace(/\n/g, "\n    ")}`;
}

function shortened(text: string): string {
  const lines = text.split("\n");
  if (lines.length <= MAX_LANE_LINES) return text;
  return [`… ${lines.length - MAX_LANE_LINES} lines before`, ...lines.slice(-MAX_LANE_LINES)].join("\n");
}
