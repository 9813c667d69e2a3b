import { bytesText, left, numberText, right } from "@ipc-playground/bench-kit/run";
import { SERVERS, type ServerName } from "@ipc-playground/chat/bench";
import {
  arrivalsPerSecond,
  busy,
  bytesPerConnection,
  type Compared,
  compare,
  deliveriesPerSecond,
  latencies,
  launchesOf,
  microsPerDelivery,
  rowOf,
  type Setting,
} from "./compare.ts";
import type { ChatResult, Row } from "./result.ts";
import { NAMES } from "./words.ts";

export interface Table {
  title: string;
  columns: ReturnType<typeof left>[];
  rows: string[][];
}

const KIB = 1_024;
const MIB = KIB * KIB;

export function deliveriesTable(result: ChatResult): Table {
  const others = present(result).filter((server) => server !== "chat");
  return {
    title: "Delivered: messages times receivers, in millions a second",
    columns: [
      ...SETTING,
      right("chat"),
      right("range", 2),
      right("of C"),
      ...others.map((server) => right(NAMES[server], DISPENSABLE[server])),
    ],
    rows: settingsOf(result).map((setting) => {
      const cell = (server: ServerName) =>
        compare(result, rowOf(server, setting), deliveriesPerSecond(setting.window));
      const ours = cell("chat");
      return [
        ...settingCells(setting),
        median(ours, 1e6),
        rangeText(ours, 1e6),
        ratioText(ours),
        ...others.map((server) => median(cell(server), 1e6)),
      ];
    }),
  };
}

export function latencyTable(result: ChatResult): Table {
  const servers = present(result);
  return {
    title: "From the sender's write until the last receiver has it: p50 and p99, in milliseconds",
    columns: [...SETTING, ...servers.map((server) => right(NAMES[server], DISPENSABLE[server]))],
    rows: settingsOf(result).map((setting) => [
      ...settingCells(setting),
      ...servers.map((server) => {
        const all = latencies(result, server, setting);
        if (all === null) return "";
        const [p50, p99] = [50, 99].map((wanted) => {
          const found = all.find(({ percentile }) => percentile === wanted);
          return found === undefined ? "" : `${found.few ? "~" : ""}${short(found.ns / 1e6)}`;
        });
        return `${p50} ${p99}`;
      }),
    ]),
  };
}

export function costTable(result: ChatResult): Table {
  const servers = present(result);
  return {
    title: "A delivery in the server, in µs on a processor; and how busy server and load were, in %",
    columns: [...SETTING, ...servers.map((server) => right(NAMES[server], DISPENSABLE[server]))],
    rows: settingsOf(result).map((setting) => [
      ...settingCells(setting),
      ...servers.map((server) => {
        const row = rowOf(server, setting);
        const cost = compare(result, row, microsPerDelivery(setting.window));
        const share = (of: "server" | "load") => {
          const found = compare(result, row, busy(of, setting.window));
          return found === null ? "?" : String(Math.round(found.value.median * 100));
        };
        return cost === null ? "" : `${short(cost.value.median)} ${share("server")}:${share("load")}`;
      }),
    ]),
  };
}

export function connectionsTable(result: ChatResult): Table {
  const { idle, atOnce } = result.plan;
  const rows = present(result).flatMap((server) => {
    const memory = compare(result, { does: "idle", server, connections: idle }, bytesPerConnection);
    const arrivals = compare(result, { does: "arrive", server, atOnce }, arrivalsPerSecond);
    if (memory === null && arrivals === null) return [];
    return [
      [
        NAMES[server],
        median(memory, KIB),
        rangeText(memory, KIB),
        residentText(result, { does: "idle", server, connections: idle }),
        median(arrivals, 1),
        rangeText(arrivals, 1),
        server === "c" ? "" : ratioText(arrivals),
      ],
    ];
  });
  return {
    title:
      `${idle.toLocaleString("en-US")} idle connections: resident memory of each one in the server, in KiB; ` +
      `and arrivals a second, each connected, named and welcomed`,
    columns: [
      left(""),
      right("KiB"),
      right("range", 2),
      right("in all, MiB", 1),
      right("arrivals/s"),
      right("range", 2),
      right("of C"),
    ],
    rows,
  };
}

const SETTING = [right("size"), right("to"), right("window")];
const DISPENSABLE: Readonly<Record<ServerName, number>> = {
  chat: 0,
  c: 0,
  bare: 1,
  null: 2,
  "socket.io": 3,
};

function settingCells({ size, receivers, window }: Setting): string[] {
  return [bytesText(size), receivers.toLocaleString("en-US"), String(window)];
}

/** Every setting of the plan of which anything was measured. */
export function settingsOf(result: ChatResult): Setting[] {
  const { sizes, receivers, windows } = result.plan;
  const ascending = (values: readonly number[]) => values.toSorted((x, y) => x - y);
  return ascending(sizes).flatMap((size) =>
    ascending(receivers).flatMap((count) =>
      ascending(windows)
        .map((window) => ({ size, receivers: count, window }))
        .filter((setting) => SERVERS.some((server) => launchesOf(result, rowOf(server, setting)).length > 0)),
    ),
  );
}

/** Those that were there to be measured. */
export function present({ absent }: ChatResult): ServerName[] {
  return SERVERS.filter((server) => absent[server] === undefined);
}

function median(compared: Compared | null, unit: number): string {
  return compared === null ? "void" : numberText(compared.value.median / unit);
}

function rangeText(compared: Compared | null, unit: number): string {
  if (compared === null) return "";
  return `${numberText(compared.value.lowest / unit)}–${numberText(compared.value.highest / unit)}`;
}

function ratioText(compared: Compared | null): string {
  if (compared === null || compared.ratio === null) return "–";
  return `${compared.noDifference ? "≈" : ""}${numberText(compared.ratio.median)}`;
}

function residentText(result: ChatResult, row: Row): string {
  const all = launchesOf(result, row).flatMap(({ memory }) => memory?.after ?? []);
  const middle = all.toSorted((x, y) => x - y)[Math.floor(all.length / 2)];
  return middle === undefined ? "" : numberText(middle / MIB);
}

/** Three digits that count, and no more. */
function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en-US");
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);
}
