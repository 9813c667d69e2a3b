import { bytesText, machineText, numberText, spread } from "@ipc-playground/bench-kit/run";
import { compare, deliveriesPerSecond, launchesOf, rowOf, type Setting } from "./compare.ts";
import type { ChatResult } from "./result.ts";
import { present, settingsOf } from "./tables.ts";
import { NAMES, nameOf } from "./words.ts";

/** Launches of one row that lie further apart than this share of their median are called noisy. */
const NOISY = 0.25;
/** A run whose last three tenths had this much more or less than its first three drifted. */
const DRIFTED = 0.15;
/** Fewer windows than this in a run are too few to be divided into tenths. */
const ENOUGH_ROUNDS = 100;

/** What was measured, on what, and how. */
export function headLines({ machine, plan, absent }: ChatResult): string[] {
  const how =
    `One sender, many receivers, one room. ${plan.runs} fresh launches of each row, in an order shuffled with seed ` +
    `${plan.seed}; each window warm for ${plan.warmMs} ms, then timed for ${plan.timedMs} ms; server and load in a process ` +
    `each, placement ${plan.placement}. Window: how many messages the sender runs ahead of the slowest receiver. ` +
    "Every byte of every delivery is compared with the one that is due: none lost, none doubled, none out of order, " +
    "or the row is void.";
  const missing = Object.entries(absent).map(
    ([server, reason]) => `No column for ${NAMES[server as keyof typeof NAMES]}: ${reason}.`,
  );
  return [machineText(machine), [how, ...missing].join(" ")];
}

/** What has no number, and what to be careful with. */
export function noteLines(result: ChatResult): string[] {
  const failures = result.failures.map((failure) => `No number for ${nameOf(failure)}: ${failure.reason}.`);
  return [...failures, ...noisyText(result), ...driftText(result), controlText(result)];
}

function controlText({ controls }: ChatResult): string {
  const found = controls
    .filter(({ name, size }) => size === null || name === "copy-only")
    .map(({ name, size, ns }) => `${name}${size === null ? "" : ` ${bytesText(size)}`} ${numberText(ns)}`);
  return `Controls, in ns: ${found.join(", ")}.`;
}

function noisyText(result: ChatResult): string[] {
  const spreads = settingsOf(result).flatMap((setting) =>
    present(result).flatMap((server) => {
      const compared = compare(result, rowOf(server, setting), deliveriesPerSecond(setting.window));
      if (compared === null) return [];
      const { highest, lowest, median } = compared.value;
      return [(highest - lowest) / median];
    }),
  );
  const noisy = spreads.filter((range) => range > NOISY).length;
  if (noisy === 0) return [];
  return [
    `Noisy: in ${noisy} of ${spreads.length} rows of deliveries the launches lie more than ${NOISY * 100} % apart ` +
      `(at worst ${Math.round(Math.max(...spreads) * 100)} %). Close other programs, or use --full; trust the ratios ` +
      "more than the numbers.",
  ];
}

function driftText(result: ChatResult): string[] {
  const drifting = settingsOf(result).flatMap((setting) => {
    const middle = spread(driftsOf(result, setting))?.median ?? 1;
    const percent = Math.round(Math.abs(middle - 1) * 100);
    if (percent <= DRIFTED * 100) return [];
    const { size, receivers, window } = setting;
    const how = `${percent} % ${middle < 1 ? "slower" : "faster"}`;
    return [`${bytesText(size)} to ${receivers}, window ${window} (${how})`];
  });
  if (drifting.length === 0) return [];
  return [`Drift of chat, the end of a run against its beginning: ${drifting.join(", ")}.`];
}

/** Messages of the last three tenths for each of the first three. A run of few messages says nothing. */
function driftsOf(result: ChatResult, setting: Setting): number[] {
  return launchesOf(result, rowOf("chat", setting)).flatMap(({ runs }) => {
    const run = runs?.find(({ window }) => window === setting.window);
    if (run === undefined || run.messages / setting.window < ENOUGH_ROUNDS) return [];
    const sum = (from: number) => run.tenths.slice(from, from + 3).reduce((all, one) => all + one, 0);
    return [sum(7) / sum(0)];
  });
}

/** How the columns are to be read. */
export function explanations(result: ChatResult): string[] {
  const about: Record<keyof typeof NAMES, string> = {
    chat: "chat: ours, by the line door, with everything on: history, numbers, limits (raised, not removed), metrics.",
    c: "C: a broadcast server of a page, compiled here, with one epoll and the same lines; “of C” is ours divided by it.",
    bare: "bare Node: node:net alone, what the runtime costs.",
    null:
      "null: that C program passing bytes on unread. No server can be faster with this load on this machine, so what " +
      "stands well below it was not held up by the load; a load that is 90 % busy and more may hold up what is near it.",
    "socket.io":
      "socket.io: by its own client, one write for each message; the load's share is the client's.",
  };
  return [
    present(result)
      .map((server) => about[server])
      .join(" "),
    "“≈”: the ranges of this server and C overlap, which is no difference. “~”: fewer than 10 samples lie beyond. " +
      "chat tells everybody in a room of each one who comes and goes, and its idle connections sit in rooms of " +
      "100; the others tell nobody, and have one room.",
  ];
}
