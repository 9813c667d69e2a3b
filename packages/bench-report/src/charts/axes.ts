import { bytesText } from "@ipc-playground/bench-kit/run";

interface Tick {
  value: number;
  text: string;
}

const NAME = { nameLocation: "middle", nameGap: 30, nameTextStyle: { fontSize: 12 } };
const STEPS = [1, 2, 5];
/** With fewer powers of ten than this on an axis, it shows the steps between them too. */
const ENOUGH_DECADES = 3;

/** What every picture with such an axis says of it. */
export const LOGARITHMIC = "Scales are logarithmic: ten times as much is always equally far.";

/** A logarithmic axis that just holds these values, with a line at every power of ten, or where those are few, at 1, 2, 5. */
export function logAxis(name: string, values: readonly number[]) {
  const [from, to] = [Math.min(...values), Math.max(...values)];
  const steps = stepsAround(from, to);
  const decades = steps.filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e9) / 1e9));
  const shown = decades.length < ENOUGH_DECADES ? steps : decades;
  const ticks = shown.map((value) => ({
    value,
    text: value.toLocaleString("en-US", { maximumSignificantDigits: 3 }),
  }));
  return {
    ...tickedLogAxis(name, ticks, steps.at(-1) ?? to),
    min: steps[0] ?? from,
    splitLine: { show: true, lineStyle: { opacity: 0.5 } },
  };
}

/** The same, with room for its labels beside it. */
export function logAxisUpright(name: string, values: readonly number[]) {
  return { ...logAxis(name, values), nameGap: 54 };
}

/** 1, 2, 5, 10, … from the last one below to the first one above; two at least. */
function stepsAround(from: number, to: number): number[] {
  const first = Math.floor(Math.log10(from));
  const last = Math.floor(Math.log10(to));
  const decades = Array.from({ length: last - first + 2 }, (_, i) => first + i);
  const all = decades.flatMap((power) => STEPS.map((step) => Number(`${step}e${power}`)));
  const below = all.findLastIndex((value) => value <= from);
  const above = all.findIndex((value) => value > to);
  return all.slice(Math.max(0, below), above + 1);
}

/** A logarithmic axis from the first of these ticks to `max`, with no other ticks. */
export function tickedLogAxis(name: string, ticks: readonly Tick[], max: number) {
  const customValues = ticks.map(({ value }) => value);
  return {
    ...NAME,
    type: "log",
    name,
    min: Math.min(...customValues),
    max,
    axisTick: { customValues },
    splitLine: { show: false },
    axisLabel: {
      customValues,
      hideOverlap: true,
      formatter: Object.fromEntries(ticks.map(({ value, text }) => [value, text])),
    },
  };
}

/** Ticks at the sizes of messages. */
export function sizeAxis(sizes: readonly number[]) {
  const sorted = [...new Set(sizes)].sort((x, y) => x - y);
  return tickedLogAxis(
    "bytes in a message",
    sorted.map((value) => ({ value, text: bytesText(value) })),
    Math.max(...sorted),
  );
}
