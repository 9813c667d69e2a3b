import { IpcError, type IpcEvent, type JudgedClaim } from "@ipc-playground/contract";
import { type RecordingLine, readRecording } from "@ipc-playground/lab-kit/recording";
import { assertWritable } from "../files.ts";
import { screen } from "../terminal.ts";
import { type ViewOptions, viewFor } from "./views.ts";

/** Show a recording as if it ran now. */
export function replay(path: string, options: ViewOptions): void {
  const lines = readRecording(path);
  if (options.trace !== undefined) assertWritable(options.trace);
  const head = lines[0];
  const summary = lines.at(-1);
  if (head?.type !== "lab" || summary?.type !== "summary") {
    throw new IpcError(
      "BAD_LOG",
      `${path} does not begin with its "lab" line`,
      "record it again with `lab NAME --json > FILE`",
    );
  }
  const demos = demosOf(lines);
  const view = viewFor(options, screen());
  view.begin({ name: head.lab, title: head.title, demos: demos.length });
  for (const [i, demo] of demos.entries()) {
    view.announce({ title: demo.title, number: i + 1, of: demos.length, text: "" });
    view.show(demo);
  }
  view.end(summary);
}

interface RecordedDemo {
  demo: string;
  title: string;
  events: IpcEvent[];
  claims: JudgedClaim[];
  error?: { code: string; message: string };
}

function demosOf(lines: readonly RecordingLine[]): RecordedDemo[] {
  const demos: RecordedDemo[] = [];
  for (const line of lines) {
    if (line.type === "demo") demos.push({ demo: line.demo, title: line.title, events: [], claims: [] });
    const last = demos.at(-1);
    if (last === undefined) continue;
    if (line.type === "event") {
      const { type: _, demo: __, ...event } = line;
      last.events.push(event);
    } else if (line.type === "claim") {
      const { type: _, ...claim } = line;
      last.claims.push(claim);
    } else if (line.type === "error") {
      last.error = { code: line.code, message: line.message };
    }
  }
  return demos;
}
