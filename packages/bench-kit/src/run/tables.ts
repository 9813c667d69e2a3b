import type { Measure } from "../bench.ts";
import { bar, microsText, numberText, ofCText } from "./format.ts";
import { percentiles } from "./histogram.ts";
import type { Usage } from "./measured.ts";
import type { Launch } from "./result.ts";
import { type Compared, compare, failureWord, latencyOf, type Row, usagePerMessage } from "./rows.ts";
import { relativeRange, type Spread } from "./statistics.ts";
import { type Column, left, right } from "./table.ts";

/** One table of the report, before it is fitted to a width. */
export interface Table {
  title: string;
  /** Those after mode and size. */
  columns: Column[];
  rows: { row: Row; cells: string[] }[];
}

/** A table's rows; a failed row is in it, without a number. */
function fillRows(
  rows: Row[],
  measure: Measure,
  cells: (row: Row, compared: Compared) => string[],
): Table["rows"] {
  return rows.flatMap((row) => {
    if (row.failed) return row.failed.measures.includes(measure) ? [{ row, cells: [failureWord(row)] }] : [];
    const compared = compare(row, measure);
    return compared ? [{ row, cells: cells(row, compared) }] : [];
  });
}

const BAR_CELLS = 10;

const OF_C = [right("of C"), left("range", 2), left("", 1)];

/** The headline: how much of the C program's speed is reached. */
function ofC(compared: Compared): string[] {
  const { ratio } = compared;
  if (ratio === null) return [ofCText(compared), "", ""];
  const percent = (share: number) => Math.round(share * 100);
  return [
    ofCText(compared),
    `${percent(ratio.lowest)}–${percent(ratio.highest)}`,
    bar(ratio.median, BAR_CELLS),
  ];
}

function spreadText(spread: Spread): string {
  return `${Math.round(relativeRange(spread) * 100)} %`;
}

export function latencyTable(rows: Row[]): Table {
  return {
    title: "Latency: one round trip, in µs",
    columns: [
      right("p50"),
      right("p90", 4),
      right("p99", 1),
      right("p99.9", 5),
      right("max", 6),
      right("C p50", 3),
      ...OF_C.map((column) => ({ ...column, dispensable: column.dispensable ? column.dispensable + 6 : 0 })),
    ],
    rows: fillRows(rows, "latency", (row, compared) => {
      const histogram = latencyOf(row.launches);
      const cells = percentiles(histogram).map(({ ns, few }) => `${few ? "~" : ""}${microsText(ns)}`);
      const c = row.c.length > 0 ? microsText(latencyOf(row.c).getValueAtPercentile(50)) : "–";
      return [...cells, microsText(histogram.maxValue), c, ...ofC(compared)];
    }),
  };
}

export function rateTable(rows: Row[]): Table {
  return {
    title: "Rate: round trips per second, one after the other",
    columns: [right("per s"), right("spread", 3), right("C per s", 2), ...OF_C],
    rows: fillRows(rows, "rate", (_, compared) => [
      numberText(compared.ours.median),
      spreadText(compared.ours),
      compared.c ? numberText(compared.c.median) : "–",
      ...ofC(compared),
    ]),
  };
}

export function throughputTable(rows: Row[]): Table {
  const megabytes = (perSecond: number, size: number) => numberText((perSecond * size) / 1e6);
  return {
    title: "Throughput: one way, until the receiver has the last byte",
    columns: [right("MB/s"), right("messages/s", 4), right("spread", 3), right("C MB/s", 2), ...OF_C],
    rows: fillRows(rows, "throughput", ({ size }, compared) => [
      megabytes(compared.ours.median, size),
      numberText(compared.ours.median),
      spreadText(compared.ours),
      compared.c ? megabytes(compared.c.median, size) : "–",
      ...ofC(compared),
    ]),
  };
}

export function operationsTable(rows: Row[]): Table {
  return {
    title: "Operations per second, by side A alone or by both at once",
    columns: [
      left("by"),
      right("per s"),
      right("spread", 3),
      right("CPU µs each", 5),
      right("switches", 4),
      right("C per s", 2),
      ...OF_C,
    ],
    rows: fillRows(rows, "operations", (row, compared) => {
      const cost = costOf(row.launches, "operations");
      return [
        row.launches[0]?.measured.operations?.operators ?? "",
        numberText(compared.ours.median),
        spreadText(compared.ours),
        cost.cpu,
        cost.voluntary,
        compared.c ? numberText(compared.c.median) : "–",
        ...ofC(compared),
      ];
    }),
  };
}

export function costTable(rows: Row[]): Table {
  return {
    title: "Cost of one message, both processes together: CPU in µs, context switches",
    columns: [
      right("round trip"),
      right("C", 2),
      right("switches", 1),
      right("forced", 3),
      right("one way"),
      right("C", 2),
      right("switches", 4),
    ],
    rows: rows.flatMap((row) => {
      const hasMessages = (measure: Measure) => measure === "rate" || measure === "throughput";
      if (row.failed)
        return row.failed.measures.some(hasMessages) ? [{ row, cells: [failureWord(row)] }] : [];
      const measured = row.launches.flatMap(({ measured }) => Object.keys(measured) as Measure[]);
      if (!measured.some(hasMessages)) return [];
      const both = (launches: Launch[]) => ({
        rate: costOf(launches, "rate"),
        throughput: costOf(launches, "throughput"),
      });
      const ours = both(row.launches);
      const c = both(row.c);
      return [
        {
          row,
          cells: [
            ours.rate.cpu,
            c.rate.cpu,
            ours.rate.voluntary,
            ours.rate.involuntary,
            ours.throughput.cpu,
            c.throughput.cpu,
            ours.throughput.voluntary,
          ],
        },
      ];
    }),
  };
}

function costOf(launches: Launch[], measure: Measure) {
  const per = (field: keyof Usage) => {
    const each = usagePerMessage(launches, measure, field);
    return each === null ? "–" : numberText(each);
  };
  return {
    cpu: per("cpuMicros"),
    voluntary: per("voluntarySwitches"),
    involuntary: per("involuntarySwitches"),
  };
}
