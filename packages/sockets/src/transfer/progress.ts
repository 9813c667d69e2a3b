import { systemClock } from "../tcp/clock.ts";

/** How a transfer stands. */
export interface Progress {
  bytes: number;
  total: number;
  /** Over the time that was looked at; 0 until two looks. */
  bytesPerSecond: number;
  /** Seconds left at that pace; `null` while nobody knows. */
  secondsLeft: number | null;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `1.5 MiB`: three digits at least count. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** `2 min 5 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3_600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

/** One line of at most `columns` columns: a name, a bar where there is room for it, and the numbers. */
export function progressLine(name: string, progress: Progress, columns: number): string {
  const { bytes, total, bytesPerSecond, secondsLeft } = progress;
  const share = total === 0 ? 1 : bytes / total;
  const numbers = [
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    `${formatBytes(bytes)} of ${formatBytes(total)}`,
    ...(bytesPerSecond > 0 ? [`${formatBytes(bytesPerSecond)}/s`] : []),
    ...(secondsLeft !== null && share < 1 ? [`${formatSeconds(secondsLeft)} left`] : []),
  ].join("  ");
  const room = columns - numbers.length - 4;
  const shown = name.length > Math.max(8, room / 2) ? `${name.slice(0, Math.max(7, room / 2 - 1))}…` : name;
  const cells = Math.min(30, room - shown.length);
  const full = Math.round(share * cells);
  const bar = cells >= 8 ? `${"█".repeat(full)}${"░".repeat(cells - full)}  ` : "";
  return `${shown}  ${bar}${numbers}`.slice(0, columns);
}

/** Milliseconds: a bar is not drawn more often. */
const DRAW_EVERY_MS = 100;
/** Without a terminal there is a line for each of so many percent. */
const LINE_EVERY_PERCENT = 10;
/** Milliseconds that the pace is taken over. */
const PACE_MS = 5_000;

/** Shows on a stream how far a transfer is: a bar that is drawn over, or, where that is no terminal, some lines. */
export class ProgressDisplay {
  readonly #name: string;
  readonly #total: number;
  readonly #out: NodeJS.WriteStream;
  readonly #looks: { ms: number; bytes: number }[] = [];
  #drawnMs = Number.NEGATIVE_INFINITY;
  #percent = -1;

  constructor(name: string, total: number, out: NodeJS.WriteStream = process.stderr) {
    this.#name = name;
    this.#total = total;
    this.#out = out;
  }

  update(bytes: number): void {
    const now = systemClock.now();
    const isLast = bytes >= this.#total;
    if (now - this.#drawnMs < DRAW_EVERY_MS && !isLast) return;
    this.#drawnMs = now;
    this.#looks.push({ ms: now, bytes });
    while (this.#looks.length > 2 && now - (this.#looks[0]?.ms ?? now) > PACE_MS) this.#looks.shift();
    const line = progressLine(this.#name, this.#progress(bytes), (this.#out.columns ?? 100) - 1);
    if (this.#out.isTTY) this.#out.write(`\r\x1b[K${line}`);
    else this.#print(line, bytes);
  }

  /** Leave the last line where it is, and go on below it. */
  finish(): void {
    if (this.#out.isTTY && this.#looks.length > 0) this.#out.write("\n");
  }

  #print(line: string, bytes: number): void {
    const percent = Math.floor((bytes / (this.#total || 1)) * 100);
    if (percent < this.#percent + LINE_EVERY_PERCENT && bytes < this.#total) return;
    if (percent === this.#percent) return;
    this.#percent = percent;
    this.#out.write(`${line}\n`);
  }

  #progress(bytes: number): Progress {
    const first = this.#looks[0];
    const seconds = first === undefined ? 0 : (this.#drawnMs - first.ms) / 1000;
    const pace = first === undefined || seconds <= 0 ? 0 : (bytes - first.bytes) / seconds;
    return {
      bytes,
      total: this.#total,
      bytesPerSecond: Math.max(0, pace),
      secondsLeft: pace > 0 ? (this.#total - bytes) / pace : null,
    };
  }
}
