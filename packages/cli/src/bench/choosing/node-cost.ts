import { MODES, type Mode } from "@ipc-playground/bench-kit";
import { compare, spread } from "@ipc-playground/bench-kit/run";
import { type Figures, say } from "./figures.ts";

const WHY: Record<Mode, string> = {
  blocking:
    "Both programs sleep in the same system call, and the kernel's waking, which is most of the time, is the same for both.",
  "event-loop":
    "Each message goes through `epoll_wait`, libuv, a fresh buffer and callbacks, where the C program just sleeps in `read`: the price of being able to do other things meanwhile.",
  spin: "Nothing sleeps and nothing is called, so what is left is JavaScript's own handling of the bytes.",
  hybrid:
    "Who finds the message while still looking has spun, who does not has slept; the ratio depends on how often that happens.",
};

/** Our share of C's speed in each mode, over all mechanisms that have a C program. */
export function nodeText(figures: Figures): string[] {
  const texts = MODES.flatMap((mode) => {
    const shares = figures
      .usual()
      .filter((row) => row.mode === mode && (row.size === figures.small || row.size === 0))
      .flatMap((row) => compare(row, "latency")?.ratio?.median ?? []);
    const found = spread(shares);
    const percent = (share: number) => `${Math.round(share * 100)} %`;
    const sentence =
      found &&
      (found.count === 1
        ? say`${percent(found.median)} of C's speed in a round trip, for the one mechanism with a C program.`
        : say`${percent(found.median)} of C's speed in a round trip, the median of ${String(found.count)} mechanisms (${percent(found.lowest)} to ${percent(found.highest)}).`);
    return sentence === null ? [] : [`- **${mode}**: ${sentence} ${WHY[mode]}`];
  });
  return texts.length === 0
    ? ["There was no C compiler where this was measured, so nothing to compare with."]
    : [texts.join("\n"), "Where the time goes is in [measurement.md](measurement.md)."];
}
