import { release } from "node:os";
import type { IpcEvent, Summary } from "@ipc-playground/contract";
import type { RecordingLine } from "@ipc-playground/lab-kit/recording";
import type { DemoRun } from "@ipc-playground/lab-kit/runner";
import { LANES_LEGEND, mermaid, trace } from "@ipc-playground/lab-kit/views";
import pc from "picocolors";
import wrapAnsi from "wrap-ansi";
import { writeFile } from "../files.ts";
import type { Screen } from "../terminal.ts";
import { printedClaims, printedLanes, printedSummary, rule, type Shown } from "./print.ts";

export interface ViewOptions {
  quiet?: boolean;
  json?: boolean;
  mermaid?: boolean;
  /** A path: the trace is written there, beside whatever else is shown. */
  trace?: string;
}

/** What a run or a replay is shown through. Everything goes to stdout, but for the trace. */
export interface View {
  begin(lab: { name: string; title: string; demos: number }): void;
  /** Before a demo runs. */
  announce(demo: { title: string; number: number; of: number; text: string }): void;
  show(demo: Shown & { demo: string }): void;
  end(summary: Summary): void;
}

export function viewFor(options: ViewOptions, screen: Screen): View {
  const base = options.json
    ? jsonView()
    : options.mermaid
      ? mermaidView()
      : options.quiet
        ? quietView(screen)
        : lanesView(screen);
  return options.trace === undefined ? base : withTrace(base, options.trace);
}

const say = (text: string) => process.stdout.write(text);

function lanesView(screen: Screen): View {
  const c = pc.createColors(screen.color);
  return {
    begin: ({ title }) => say(`${c.bold(title)}\n${c.dim(wrapAnsi(LANES_LEGEND, screen.width))}\n\n`),
    announce: ({ title, number, of, text }) => say(`${rule(title, `${number} of ${of}`, screen)}\n${text}\n`),
    show: (run) => say(`${printedLanes(run, screen)}\n${printedClaims(run, screen)}\n`),
    end: (summary) => say(printedSummary(summary, screen)),
  };
}

function quietView(screen: Screen): View {
  return {
    begin: () => {},
    announce: () => {},
    show: (run) => say(`${run.title}\n${printedClaims(run, screen)}`),
    end: (summary) => say(printedSummary(summary, screen)),
  };
}

function jsonView(): View {
  const line = (value: RecordingLine) => say(`${JSON.stringify(value)}\n`);
  return {
    begin: ({ name, title }) =>
      line({ type: "lab", lab: name, title, node: process.versions.node, kernel: release() }),
    announce: () => {},
    show: ({ demo, title, events, claims, error }) => {
      line({ type: "demo", demo, title });
      for (const event of events) line({ type: "event", demo, ...event });
      for (const claim of claims) line({ type: "claim", ...claim });
      if (error)
        line({ type: "error", demo, code: (error as DemoRun["error"])?.code ?? "", message: error.message });
    },
    end: line,
  };
}

/** Markdown with a diagram per demo, to paste where Mermaid is drawn. */
function mermaidView(): View {
  return {
    begin: ({ title }) => say(`# ${title}\n`),
    announce: () => {},
    show: ({ events, title }) => say(`\n\`\`\`mermaid\n${mermaid(events, title)}\`\`\`\n`),
    end: () => {},
  };
}

function withTrace(view: View, path: string): View {
  const events: IpcEvent[] = [];
  return {
    ...view,
    show(run) {
      events.push(...run.events);
      view.show(run);
    },
    end(summary) {
      view.end(summary);
      writeFile(path, JSON.stringify(trace(events)));
      process.stderr.write(`Wrote ${path}; open it at https://ui.perfetto.dev or in chrome://tracing.\n`);
    },
  };
}
