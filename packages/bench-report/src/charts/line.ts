import type { Labelled } from "../data/by-mode.ts";
import type { Look } from "../palette.ts";

/** Several results in one picture: the first one's lines are solid. */
const DASHES = ["solid", "dashed", "dotted"] as const;
const UNKNOWN: Look = { color: "#8a8f98", symbol: "circle", hollow: false };

/** A point of a picture: where it is, and what it says when the pointer is on it, line by line. */
export interface Point {
  value: number[];
  tip: string[];
}

/** What all lines of a mechanism have in common, whichever picture they are in. */
export function lineOf(
  { mechanism, file, label }: Labelled,
  looks: ReadonlyMap<string, Look>,
  data: Point[],
) {
  const { color, symbol, hollow } = looks.get(mechanism) ?? UNKNOWN;
  return {
    type: "line" as const,
    name: label,
    data,
    symbol,
    symbolSize: 7,
    showAllSymbol: true,
    itemStyle: hollow ? hollowed(color) : { color },
    lineStyle: { color, width: 2, type: DASHES[file % DASHES.length] ?? "solid" },
    emphasis: { focus: "series" as const },
    triggerEvent: true,
  };
}

/** A mark of which the border is seen. ECharts' own hollow marks have white inside, on a dark page too. */
export function hollowed(color: string) {
  return { color: "transparent", borderColor: color, borderWidth: 1.5 };
}
