import { bytesText, type Spread, wrapText } from "@ipc-playground/bench-kit/run";
import { CONTENDERS } from "@ipc-playground/framing/bench";
import Table from "cli-table3";
import pc from "picocolors";
import type { Screen } from "../../terminal.ts";
import { type Compared, compared, speedOf, type Way } from "./compare.ts";
import { tablesOf } from "./plan.ts";
import { type FramingResult, isSameRow, type Row } from "./result.ts";

/** Narrower than this, the table goes without the ranges; and narrower than that, without the memory. */
const WITH_RANGE = 96;
const WITH_MEMORY = 80;

/** The whole report, a pure function of a saved result. */
export function report(result: FramingResult, { width, color }: Screen): string {
  const { bold, dim } = pc.createColors(color);
  const { plan, machine } = result;
  const facts = [machine.cpu, `Linux ${machine.kernel}`, `Node ${machine.node}`].join(" · ");
  const how =
    `${plan.runs} fresh launches of each row, in an order shuffled with seed ${plan.seed}; each warm for ` +
    `${plan.warmMs} ms, then timed for ${plan.timedMs} ms of processor time. Speed is frames for a second of ` +
    "processor time, all threads together. ";
  const parts = [
    [...wrapText(facts, width).map(bold), ...wrapText(how.trim(), width)],
    ...tablesOf(plan.sizes, plan.chunks).map((table) => tableLines(result, table, width, color)),
    notes(result).flatMap((note) => wrapText(note, width)),
    wrapText(
      "“core ×”: how many frames lengthPrefixed() or lines() does while the row does one; “frames ×” and “stream ×”: " +
        "frames() and decodeStream(). Medians of launches that ran beside each other. “≈”: the ranges overlap, which " +
        "is no difference. “B/frame”: JavaScript objects and the memory behind typed arrays that are made for a " +
        "frame, garbage included, counted in a process that collects none. pg-protocol and ws read their own formats.",
      width,
    ).map(dim),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function tableLines(
  result: FramingResult,
  table: Omit<Row, "contender">,
  width: number,
  color: boolean,
): string[] {
  const { bold, dim } = pc.createColors(color);
  const { does, size, chunk } = table;
  const title =
    does === "decode"
      ? `Decode messages of ${bytesText(size)} in chunks of ${bytesText(chunk)}`
      : `Encode messages of ${bytesText(size)}`;
  const ways: Way[] = does === "decode" ? ["core", "batches", "stream"] : ["core"];
  const [range, memory] = [width >= WITH_RANGE, width >= WITH_MEMORY];
  const head = [
    "",
    "M/s",
    ...(range ? ["range"] : []),
    ...(memory ? ["B/frame"] : []),
    ...ways.map((way) => HEADS[way]),
  ];
  const grid = new Table({
    head: head.map((text) => dim(text)),
    chars: BORDERLESS,
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const { name, ours } of CONTENDERS.filter((one) => one.does === does)) {
    const row = { ...table, contender: name };
    const speed = speedOf(result, row);
    const cells = speed === null ? ["failed"] : [millions(speed.median)];
    if (range) cells.push(speed === null ? "" : `${millions(speed.lowest)}–${millions(speed.highest)}`);
    if (memory) cells.push(memoryText(result, row));
    const against = compared(result, row);
    for (const way of ways)
      cells.push(
        ratioText(
          against.find((one) => one.way === way),
          color,
        ),
      );
    grid.push([ours ? bold(name) : name, ...cells]);
  }
  return [
    bold(title),
    ...grid
      .toString()
      .split("\n")
      .map((line) => line.trimEnd()),
  ];
}

const HEADS: Record<Way, string> = { core: "core ×", batches: "frames ×", stream: "stream ×" };

const BORDERLESS = {
  ...Object.fromEntries(
    ["top", "bottom", "left", "right", "mid"]
      .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
      .map((name) => [name, ""]),
  ),
  "left-mid": "",
  "mid-mid": "",
  middle: "  ",
};

/** Millions, with three digits that count. */
function millions(perSecond: number): string {
  const value = perSecond / 1e6;
  return value >= 99.95
    ? value.toFixed(0)
    : value >= 9.995
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toFixed(3);
}

function memoryText({ memory }: FramingResult, row: Row): string {
  const counted = memory.find((one) => isSameRow(one, row));
  if (counted === undefined) return "";
  // Memory behind arrays that was freed by hand in between counts as none.
  const per = (bytes: number) => Math.max(0, Math.round(bytes / counted.frames)).toLocaleString("en-US");
  return `${per(counted.heapBytes)}+${per(counted.bufferBytes)}`;
}

function ratioText(compared: Compared | undefined, color: boolean): string {
  if (compared === undefined) return "";
  const { green, red } = pc.createColors(color);
  const text = ratioOf(compared.ratio);
  if (compared.noDifference) return `≈${text}`;
  return compared.ratio.median > 1 ? green(text) : red(text);
}

function ratioOf({ median }: Spread): string {
  return median >= 99.5 ? median.toFixed(0) : median.toFixed(median >= 9.95 ? 1 : 2);
}

/** Failed rows, and where ours is slower than somebody else's. */
function notes(result: FramingResult): string[] {
  const failed = result.failures.map(
    (row) =>
      `No number for ${row.contender}, ${row.does} ${bytesText(row.size)}, chunks of ${bytesText(row.chunk)}: ${row.reason}.`,
  );
  const slower = tablesOf(result.plan.sizes, result.plan.chunks).flatMap((table) =>
    CONTENDERS.filter(({ does }) => does === table.does).flatMap(({ name }) =>
      compared(result, { ...table, contender: name })
        .filter(({ noDifference, ratio }) => !noDifference && ratio.median < 1)
        .map(
          ({ way, ratio }) =>
            `${HEADS[way]} ${ratioOf(ratio)} of ${name} (${table.does} ${bytesText(table.size)}${table.does === "decode" ? `, chunks of ${bytesText(table.chunk)}` : ""})`,
        ),
    ),
  );
  return [
    ...failed,
    ...(slower.length > 0
      ? [`Slower than somebody: ${slower.join("; ")}.`]
      : ["Nothing of ours is slower than a peer in these tables."]),
  ];
}
