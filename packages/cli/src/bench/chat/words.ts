import { bytesText } from "@ipc-playground/bench-kit/run";
import type { ServerName } from "@ipc-playground/chat/bench";
import type { Row } from "./result.ts";

/** What a server is called in tables. */
export const NAMES: Readonly<Record<ServerName, string>> = {
  chat: "chat",
  c: "C",
  bare: "bare Node",
  null: "null",
  "socket.io": "socket.io",
};

export function nameOf(row: Row): string {
  const name = NAMES[row.server];
  if (row.does === "broadcast") return `${name}, ${bytesText(row.size)} to ${row.receivers} receivers`;
  return `${name}, ${row.does === "idle" ? `${row.connections.toLocaleString("en-US")} idle connections` : "arrivals"}`;
}
