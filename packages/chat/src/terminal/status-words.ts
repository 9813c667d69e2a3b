import type { RoundTripSummary } from "@ipc-playground/sockets";
import type { AnswerLine } from "./answers.ts";
import { BAD, GOOD, WARNING } from "./colors.ts";
import type { Link, State } from "./model.ts";
import type { Span } from "./span.ts";

/** How it is with the connection, in words: `waiting 1.2 s, then try 3: nobody listens at 127.0.0.1:8080`. */
export function linkWords(link: Link, now: number): string {
  switch (link.state) {
    case "connecting":
      return link.failures === 0 ? "connecting" : `connecting, try ${link.failures + 1}`;
    case "greeting":
      return "connected, saying hello";
    case "waiting":
      return `waiting ${seconds(link.until - now)} s, then try ${link.failures + 1}: ${link.why}`;
    default:
      return link.state;
  }
}

/** The sign before it. */
export function linkSign({ state }: Link): Span {
  if (state === "online") return { text: "●", color: GOOD };
  return { text: state === "closed" ? "○" : "◌", color: state === "closed" ? BAD : WARNING };
}

export function roundTripWords({ lastMs, meanMs }: RoundTripSummary, long: boolean): string | undefined {
  if (lastMs === null) return undefined;
  return long ? `round trip ${ms(lastMs)} ms, mean ${ms(meanMs)}` : `${ms(lastMs)} ms`;
}

/** What `/status` answers. */
export function statusAnswer(state: State, now: number): AnswerLine[] {
  const { roundTrips: trips, link } = state;
  const pending = [state.nowhere, ...state.rooms].reduce((sum, room) => sum + room.pending.length, 0);
  const failures = "failures" in link ? link.failures : 0;
  const facts = {
    server: state.server,
    state: linkWords(link, now),
    called: state.me,
    "round trip":
      trips.count === 0
        ? "none measured yet"
        : `last ${ms(trips.lastMs)} ms, mean ${ms(trips.meanMs)} ms, p99 ${ms(trips.p99Ms)} ms (${trips.count} measured)`,
    "failed tries": `${failures} since it was last online`,
    "not acknowledged": pending === 1 ? "1 message" : `${pending} messages`,
    rooms: state.rooms.map(({ name, unread }) => (unread === 0 ? name : `${name} (${unread})`)).join(", "),
  };
  return Object.entries(facts).map(([name, value]) => ({
    row: [{ text: `  ${name.padEnd(18)}`, dim: true }, { text: value }],
    indent: 20,
  }));
}

/** Short delays with a tenth, so that one sees them pass. */
function seconds(ms: number): string {
  const left = Math.max(0, ms) / 1_000;
  return left < 10 ? left.toFixed(1) : left.toFixed(0);
}

function ms(value: number | null): string {
  if (value === null) return "–";
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}
