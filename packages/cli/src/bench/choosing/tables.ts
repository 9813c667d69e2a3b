import { MODES, type Mode } from "@ipc-playground/bench-kit";
import { bytesText, compare, medianNs, numberText, type Row } from "@ipc-playground/bench-kit/run";
import { cpuOf, type Figures, ofCOf, streamOf, tripOf } from "./figures.ts";
import { table } from "./markdown-table.ts";

const NONE = "–";
const ABOUT =
  "Half of the round trips are shorter than the one given. CPU: time on a processor for one round trip, both " +
  "processes together. “of C”: our speed over that of the same program in C; `≈`: the ranges overlap, which is " +
  "no difference. Copies and system calls: of one message one way, by construction. A mode waits in its own way, " +
  "so rows of different modes are no rivals.";

/** Columns of words; all others are numbers. */
const WORDS = ["mode", "by"];

/** A table for each mode, then what carries no bytes. A column that nothing was measured for is left out. */
export function figureTables(figures: Figures): string[] {
  return [
    ABOUT,
    ...MODES.flatMap((mode) => messagesTable(figures, mode)),
    ...notificationsTable(figures),
    ...operationsTable(figures),
  ];
}

function messagesTable(figures: Figures, mode: Mode): string[] {
  const names = [
    ...new Set(figures.usual().flatMap((row) => (row.mode === mode && row.size > 0 ? [row.mechanism] : []))),
  ];
  const rows = names
    .map((name) => ({
      name,
      small: figures.row(name, mode, figures.small),
      long: figures.row(name, mode, figures.long),
    }))
    .sort((x, y) => nsOf(x.small) - nsOf(y.small));
  if (rows.length === 0) return [];
  const [small, long] = [bytesText(figures.small), bytesText(figures.long)];
  const head = [
    `round trip of ${small}, µs`,
    "of C",
    "CPU, µs",
    `one way in ${long}, MB/s`,
    "of C",
    "copies",
    "calls",
  ];
  const cells = rows.map(({ name, small, long }) => [
    name,
    tripOf(small),
    ofCOf(small, "latency"),
    cpuOf(small),
    streamOf(long),
    ofCOf(long, "throughput"),
    figures.work(name, mode).copies,
    figures.work(name, mode).calls,
  ]);
  return [`### Messages, ${mode}`, numbered(head, cells)];
}

function notificationsTable(figures: Figures): string[] {
  const rows = figures
    .usual()
    .filter((row) => row.size === 0 && tripOf(row) !== null)
    .sort((x, y) => MODES.indexOf(x.mode) - MODES.indexOf(y.mode) || nsOf(x) - nsOf(y));
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [
    row.mechanism,
    row.mode,
    tripOf(row),
    ofCOf(row, "latency"),
    cpuOf(row),
    figures.work(row.mechanism, row.mode).calls,
  ]);
  const head = ["mode", "round trip, µs", "of C", "CPU, µs", "calls"];
  return ["### Notifications, without bytes", numbered(head, cells)];
}

function operationsTable(figures: Figures): string[] {
  const rows = figures.usual().filter((row) => compare(row, "operations") !== null);
  if (rows.length === 0) return [];
  const head = ["by", "million a second", "of C"];
  return ["### Operations: lock and unlock, post and wait", numbered(head, rows.map(operationCells))];
}

function nsOf(row: Row | null): number {
  return (row && tripOf(row) !== null ? medianNs(row, "latency") : null) ?? Number.MAX_VALUE;
}

function operationCells(row: Row): (string | null)[] {
  const compared = compare(row, "operations");
  const by =
    row.launches[0]?.measured.operations?.operators === "both" ? "both sides at once" : "one side alone";
  return [row.mechanism, by, compared && numberText(compared.ours.median / 1e6), ofCOf(row, "operations")];
}

/** The mechanism first; columns without any figure go, and so do rows. */
function numbered(head: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const kept = head.map((_, i) => i + 1).filter((i) => rows.some((row) => row[i] !== null));
  const full = rows.filter((row) => kept.some((i) => row[i] !== null));
  return table(
    ["", ...kept.map((i) => head[i - 1] ?? "")],
    full.map((row) => [`\`${row[0]}\``, ...kept.map((i) => row[i] ?? NONE)]),
    kept.flatMap((column, i) => (WORDS.includes(head[column - 1] ?? "") ? [] : [i + 1])),
  );
}
