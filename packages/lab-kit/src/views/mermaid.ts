import type { IpcEvent } from "@ipc-playground/contract";
import { flowPairs } from "./trace.ts";
import { outcome, shortNames } from "./words.ts";

/** The log as a Mermaid sequence diagram: messages for flows, notes for everything else. */
export function mermaid(events: readonly IpcEvent[], title: string): string {
  const processes = [...new Set(events.filter((event) => event.op !== "step").map((event) => event.process))];
  const ids = new Map(processes.map((name, i) => [name, `p${i}`]));
  const id = (event: IpcEvent) => ids.get(event.process) as string;
  const short = shortNames(events);
  const pairs = flowPairs(events);
  const sends = new Set(pairs.map((pair) => pair.from));
  const everyone = ids.size > 1 ? `p0,p${ids.size - 1}` : "p0";

  const lines = events.flatMap((event): { t: number; line: string }[] => {
    if (event.op === "step")
      return ids.size === 0 ? [] : [{ t: event.t, line: `Note over ${everyone}: ${text(event.note ?? "")}` }];
    const object = event.object === undefined ? "" : (short.get(event.object) ?? "");
    const incoming = pairs.filter((pair) => pair.to === event);
    if (incoming.length > 0) {
      const what = `${event.op} ${object} ${outcome(event)}`;
      return incoming.map(({ from }) => ({
        t: endOf(event),
        line: `${id(from)}->>${id(event)}: ${text(what)}`,
      }));
    }
    // A send whose arrow is drawn at its receive says nothing twice.
    if (sends.has(event)) return [];
    return [
      { t: endOf(event), line: `Note over ${id(event)}: ${text(`${event.op} ${object} ${outcome(event)}`)}` },
    ];
  });

  return [
    "---",
    `title: ${JSON.stringify(title)}`,
    "---",
    "sequenceDiagram",
    ...processes.map((name) => `  participant ${ids.get(name)} as ${text(name)}`),
    ...lines.sort((a, b) => a.t - b.t).map(({ line }) => `  ${line}`),
    "",
  ].join("\n");
}

function endOf(event: IpcEvent): number {
  return event.t + (event.dur ?? 0);
}

/** `;` ends a statement and `#` begins an entity in Mermaid; both have entities of their own. */
function text(raw: string): string {
  return raw
    .replace(/[#;]/g, (char) => `#${char.charCodeAt(0)};`)
    .replace(/\s+/g, " ")
    .trim();
}
