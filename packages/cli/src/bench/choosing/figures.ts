import type { Measure, Mode } from "@ipc-playground/bench-kit";
import {
  type BenchResult,
  compare,
  medianNs,
  microsText,
  numberText,
  ofCText,
  type Placement,
  type Row,
  rowsOf,
  usagePerMessage,
} from "@ipc-playground/bench-kit/run";

/** What small messages and long ones are compared at, in bytes. */
const SMALL = 100;
const LONG = 65_536;

/** A figure as text with its unit, or `null`: it was not measured. */
export type Figure = string | null;

/** What the page takes from a result: each figure from one row, and none that is not there. */
export class Figures {
  readonly rows: readonly Row[];
  readonly #usual: Placement | undefined;
  /** The size of small messages: 100 B, or the first one that was measured. */
  readonly small: number;
  readonly long = LONG;
  readonly #work: BenchResult["work"];

  constructor(result: BenchResult) {
    this.rows = rowsOf(result).filter(({ failed }) => failed === null);
    const { sizes, placements } = result.plan;
    this.small = sizes.includes(SMALL) ? SMALL : (sizes[0] ?? SMALL);
    this.#usual = placements[0];
    this.#work = result.work;
  }

  /** Small messages, or none: what has no bytes has one row. */
  row(mechanism: string, mode: Mode, size?: number, placement = this.#usual): Row | null {
    const sizes = size === undefined ? [this.small, 0] : [size];
    const found = this.rows.find(
      (row) =>
        row.mechanism === mechanism &&
        row.mode === mode &&
        sizes.includes(row.size) &&
        row.placement === placement,
    );
    return found ?? null;
  }

  /** The rows of the usual placement. */
  usual(): Row[] {
    return this.rows.filter(({ placement }) => placement === this.#usual);
  }

  /** The middle round trip of a small message, or of a notification: `119 µs`. */
  trip(mechanism: string, mode: Mode, placement = this.#usual): Figure {
    return tripOf(this.row(mechanism, mode, undefined, placement), " µs");
  }

  /** One way with long messages: `1,545 MB/s`. */
  stream(mechanism: string, mode: Mode): Figure {
    return streamOf(this.row(mechanism, mode, this.long), " MB/s");
  }

  /** Copies and system calls of one message one way, by construction. */
  work(mechanism: string, mode: Mode): { copies: Figure; calls: Figure } {
    const { copies, systemCalls } = this.#work[mechanism] ?? {};
    const calls = systemCalls?.[mode];
    return {
      copies: copies === undefined ? null : `${copies}`,
      calls: calls === undefined ? null : `${calls}`,
    };
  }

  /** How often a second: `12.4 million`. */
  operations(mechanism: string): Figure {
    const row = this.row(mechanism, "blocking", 0);
    const compared = row && compare(row, "operations");
    return compared ? `${numberText(compared.ours.median / 1e6)} million` : null;
  }
}

export function tripOf(row: Row | null, unit = ""): Figure {
  const ns = row && compare(row, "latency") ? medianNs(row, "latency") : null;
  return ns === null ? null : `${microsText(ns)}${unit}`;
}

export function streamOf(row: Row | null, unit = ""): Figure {
  const compared = row && compare(row, "throughput");
  return compared ? `${numberText((compared.ours.median * (row?.size ?? 0)) / 1e6)}${unit}` : null;
}

/** Our share of C's speed: `92 %`. */
export function ofCOf(row: Row | null, measure: Measure): Figure {
  const compared = row && compare(row, measure);
  return compared?.ratio ? ofCText(compared) : null;
}

/** Microseconds on a processor for one round trip, both sides. */
export function cpuOf(row: Row | null): Figure {
  const micros = row && usagePerMessage(row.launches, "rate", "cpuMicros");
  return micros === null ? null : numberText(micros);
}

/** The text with its figures; `null` if one of them is missing: such a sentence is left out. */
export function say(texts: TemplateStringsArray, ...figures: Figure[]): Figure {
  if (figures.includes(null)) return null;
  return texts.map((text, i) => `${text}${figures[i] ?? ""}`).join("");
}
