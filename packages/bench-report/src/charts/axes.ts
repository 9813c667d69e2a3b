import { bytesText } from "@ipc-playground/bench-kit/run";

const DECADES = Array.from({ length: 22 }, (_, i) => 10 ** (i - 6));

/** `0.01`, `1`, `10,000`: every power of ten that an axis may show. */
const DECADE_TEXTS = Object.fromEntries(
  DECADES.map((value) => [value, value.toLocaleString("en-US", { maximumSignificantDigits: 3 })]),
);

const NAME = { nameLocation: "middle", nameGap: 30, nameTextStyle: { fontSize: 12 } };
const FAINT_LINE = { show: true, lineStyle: { opacity: 0.5 } };

/** A logarithmic axis with a line at every power of ten. */
export function logAxis(name: string) {
  return { ...NAME, type: "log", name, splitLine: FAINT_LINE, axisLabel: { formatter: DECADE_TEXTS } };
}

/** The same, with room for its labels beside it. */
export function logAxisUpright(name: string) {
  return { ...logAxis(name), nameGap: 52 };
}

/** A logarithmic axis from the first of these ticks to `max`, with no other ticks. */
export function tickedLogAxis(name: string, ticks: readonly { value: number; text: string }[], max: number) {
  const customValues = ticks.map(({ value }) => value);
  return {
    ...logAxis(name),
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
