import type { Mode } from "@ipc-playground/bench-kit";
import type { EChartsOption } from "echarts";
import type { Named } from "./named.ts";
import type { Look } from "./palette.ts";

/**
 * One picture. The option is plain JSON, so that a page can hold it; the labels of an axis are a
 * table of texts by value, which `drawable` makes a function of.
 */
export interface Chart {
  /** `latency-by-size-blocking`: unique in a report, and the name of its file. */
  id: string;
  /** One sentence that says what it shows and which direction is better. */
  title: string;
  /** What else one has to know to read it. */
  reading: string;
  /** Pixels, where there is room for the legend at the right. */
  height: number;
  option: EChartsOption;
  /** What is different where there is room at the side, and where there is not. */
  layout: { wide: EChartsOption; narrow: EChartsOption };
}

/** Pictures of one kind, or why there are none. */
export interface Section {
  heading: string;
  charts: Chart[];
  /** One line, where there is no data; `null` where there is. */
  absent: string | null;
}

export interface Drawing {
  files: readonly Named[];
  looks: ReadonlyMap<string, Look>;
}

/** How a mode waits, in half a sentence. */
export const MODE_SAYS: Record<Mode, string> = {
  blocking: "blocking mode: a system call that sleeps until there is something",
  "event-loop": "event-loop mode: idiomatic Node, which sleeps in epoll",
  spin: "spin mode: the processor looks again and again, and never sleeps",
  hybrid: "hybrid mode: spins for a while, then sleeps",
};
