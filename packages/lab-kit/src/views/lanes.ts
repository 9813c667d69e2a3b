import type { IpcEvent } from "@ipc-playground/contract";
import pc from "picocolors";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import { endOf, isOverlapped, type Row, rowsOf } from "./rows.ts";
import { duration } from "./words.ts";

export interface LanesOptions {
  /** Columns of the terminal. */
  width: number;
  color: boolean;
}

/** What the signs in the lanes mean, on one line. */
export const LANES_LEGEND = "│ runs   ┃ waits inside the call   ├──▶ bytes travel";

const TIME_WIDTH = 9;
/** A lane narrower than this holds no sentence: below it the lanes become a list. */
const MIN_LANE_WIDTH = 14;

/**
 * The log as columns, a lane per process, time running down. Each step of the director's begins
 * anew, with lanes for those that have a part in it. Ends with a line feed; empty for an empty log.
 */
export function lanes(events: readonly IpcEvent[], options: LanesOptions): string {
  const rows = rowsOf(events);
  const start = events[0]?.t ?? 0;
  const cast = castOf(events);
  const lines = scenes(rows).flatMap(({ step, rows }) => [
    ...(step === undefined ? [] : stepLines(step, options)),
    ...(rows.length === 0 ? [] : new Scene(rows, cast, start, options).lines()),
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

function scenes(rows: readonly Row[]): { step?: string; rows: Row[] }[] {
  const scenes: { step?: string; rows: Row[] }[] = [{ rows: [] }];
  for (const row of rows) {
    if (row.step) scenes.push({ step: row.note ?? "", rows: [] });
    else scenes.at(-1)?.rows.push(row);
  }
  return scenes;
}

function stepLines(step: string, { width, color }: LanesOptions): string[] {
  const [first = "", ...rest] = wrap(step, width - 2);
  return ["", ...[`▸ ${first}`, ...rest.map((line) => `  ${line}`)].map(pc.createColors(color).bold)];
}

interface Span {
  from: number;
  to: number;
  pid: number;
}

/** A name in the log: when it lived (several processes may play it in turn), and when it waited. */
interface Part {
  lives: Span[];
  waits: Span[];
  color: number;
}

function castOf(events: readonly IpcEvent[]): Map<string, Part> {
  const cast = new Map<string, Part>();
  for (const event of events) {
    const part = cast.get(event.process) ?? { lives: [], waits: [], color: cast.size };
    cast.set(event.process, part);
    const { pid } = event;
    if (!part.lives.some((life) => life.pid === pid)) part.lives.push({ from: event.t, to: Infinity, pid });
    if (event.op === "exit" || event.op === "ended") {
      const spans = [...part.lives, ...part.waits].filter((span) => span.pid === event.pid);
      for (const span of spans) span.to = Math.min(span.to, event.t);
    }
    if (event.result === "never returned") part.waits.push({ from: event.t, to: Infinity, pid });
    else if (isOverlapped(event, events)) part.waits.push({ from: event.t, to: endOf(event), pid });
  }
  return cast;
}

/** What happens between two steps. */
class Scene {
  readonly #rows: readonly Row[];
  readonly #cast: ReadonlyMap<string, Part>;
  readonly #start: number;
  readonly #names: string[];
  readonly #width: number;
  readonly #laneWidth: number;
  readonly #c: ReturnType<typeof pc.createColors>;

  constructor(rows: readonly Row[], cast: ReadonlyMap<string, Part>, start: number, options: LanesOptions) {
    const here = new Set(rows.flatMap((row) => [row.process, ...row.from]));
    this.#rows = rows;
    this.#cast = cast;
    this.#start = start;
    this.#names = [...cast.keys()].filter((name) => here.has(name));
    this.#width = options.width;
    this.#laneWidth = Math.floor((options.width - TIME_WIDTH - 1) / this.#names.length);
    this.#c = pc.createColors(options.color);
  }

  lines(): string[] {
    if (this.#laneWidth < MIN_LANE_WIDTH) return this.#rows.flatMap((row) => this.#listed(row));
    return [this.#head(), ...this.#rows.flatMap((row) => this.#drawn(row))];
  }

  #head(): string {
    const cells = this.#names.map((name) => this.#c.bold(this.#color(name)(this.#pad(`  ${name}`))));
    return `${" ".repeat(TIME_WIDTH + 1)}${cells.join("")}`.trimEnd();
  }

  #time(row: Row): string {
    return this.#c.dim(duration(row.t - this.#start).padStart(TIME_WIDTH));
  }

  #drawn(row: Row): string[] {
    const at = this.#names.indexOf(row.process);
    const senders = row.from.map((name) => this.#names.indexOf(name)).filter((lane) => lane !== at);
    const fromRight = Math.max(at, ...senders) > at;
    const [first = "", ...rest] = wrap(row.text, this.#laneWidth - (fromRight ? 6 : 3));
    return [
      `${this.#time(row)} ${this.#cells(row.t, at, first, senders)}`.trimEnd(),
      ...rest.map((line) => `${" ".repeat(TIME_WIDTH + 1)}${this.#cells(row.t, at, line, [])}`.trimEnd()),
      ...this.#noteLines(row),
    ];
  }

  /** The row's own lane holds its text; the arrow runs through the lanes beside it, which are empty. */
  #cells(t: number, at: number, text: string, senders: readonly number[]): string {
    const width = this.#laneWidth;
    const left = Math.min(at, ...senders);
    const right = Math.max(at, ...senders);
    const cells = this.#names.map((name, lane) => {
      const guide = this.#guide(name, t);
      if (lane === at && right > at) {
        const said = `${guide} ${text} ◀`;
        return said + "─".repeat(Math.max(0, width - stringWidth(said)));
      }
      if (lane === at) return this.#pad(`${guide} ${text}`);
      const begins = senders.includes(lane);
      if (lane >= left && lane < at)
        return `${begins ? "├" : "─"}${"─".repeat(width - 2)}${lane === at - 1 ? "▶" : "─"}`;
      if (lane > at && lane < right) return `${begins ? "┴" : "─"}${"─".repeat(width - 1)}`;
      return this.#pad(lane === right && right > at ? "┘" : guide);
    });
    return cells.map((cell, lane) => this.#color(this.#names[lane] as string)(cell)).join("");
  }

  #guide(name: string, t: number): string {
    const covers = (span: { from: number; to: number }) => t >= span.from && t <= span.to;
    const part = this.#cast.get(name);
    if (!part?.lives.some(covers)) return " ";
    return part.waits.some((wait) => covers(wait) && t < wait.to) ? "┃" : "│";
  }

  #listed(row: Row): string[] {
    const from = row.from.length > 0 ? ` (from ${row.from.join(", ")})` : "";
    const [first = "", ...rest] = wrap(`${row.process}: ${row.text}${from}`, this.#width - TIME_WIDTH - 1);
    const color = this.#color(row.process);
    return [
      `${this.#time(row)} ${color(first)}`,
      ...rest.map((line) => `${" ".repeat(TIME_WIDTH + 3)}${color(line)}`),
      ...this.#noteLines(row),
    ];
  }

  #noteLines(row: Row): string[] {
    if (row.note === undefined) return [];
    return wrap(row.note, this.#width - TIME_WIDTH - 4).map((line) =>
      this.#c.dim(`${" ".repeat(TIME_WIDTH + 3)}${line}`),
    );
  }

  #pad(cell: string): string {
    return cell + " ".repeat(Math.max(0, this.#laneWidth - stringWidth(cell)));
  }

  #color(name: string): (text: string) => string {
    const { cyan, yellow, magenta, green, blue } = this.#c;
    const palette = [cyan, yellow, magenta, green, blue];
    return palette[(this.#cast.get(name)?.color ?? 0) % palette.length] as (text: string) => string;
  }
}

function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(8, width), { hard: true, trim: true }).split("\n");
}
