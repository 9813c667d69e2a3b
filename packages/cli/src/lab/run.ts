import { isUnexpected, type JudgedClaim, type Summary } from "@ipc-playground/contract";
import type { Lab } from "@ipc-playground/lab-kit";
import { type DemoRun, loadDemo, removeRun, runDemo, sweepDeadRuns } from "@ipc-playground/lab-kit/runner";
import { EXIT } from "../exit.ts";
import { assertWritable } from "../files.ts";
import { opening, renderMarkdown } from "../markdown.ts";
import { progress, screen } from "../terminal.ts";
import { type Scene, scriptOf } from "./lesson.ts";
import { inNetworkOfItsOwn } from "./network.ts";
import { Tutor } from "./tutor.ts";
import { type ViewOptions, viewFor } from "./views.ts";

export interface RunOptions extends ViewOptions {
  step?: boolean;
}

/** Play a lab, or some of its demos. Returns the exit status. */
export async function runLab(lab: Lab, only: readonly string[], options: RunOptions): Promise<number> {
  const { scenes, closing } = scriptOf(lab, only);
  if (options.trace !== undefined) assertWritable(options.trace);
  const elsewhere = lab.watchesPackets ? await inNetworkOfItsOwn() : undefined;
  if (elsewhere !== undefined) return elsewhere;
  sweepDeadRuns();
  const interruption = onInterrupt();
  const show = screen();
  const view = viewFor(options, show);
  using tutor = options.step ? new Tutor(show, interruption) : undefined;
  const began = performance.now();
  const runs: DemoRun[] = [];
  try {
    view.begin({ name: lab.name, title: lab.title, demos: scenes.length });
    for (const [i, scene] of scenes.entries()) {
      const demo = await loadDemo(scene.module);
      view.announce({ title: demo.title, number: i + 1, of: scenes.length, text: textFor(scene, options) });
      const guess = await tutor?.before(demo);
      const done = progress(`running ${demo.name} (${i + 1} of ${scenes.length}) …`);
      const run = await runDemo(scene.module, interruption);
      done();
      if (interruption.aborted) return EXIT.interrupted;
      runs.push(run);
      view.show(run);
      tutor?.after(demo, guess);
    }
    const summary = summarise(lab.name, runs, performance.now() - began);
    if (!options.json && !options.mermaid) process.stdout.write(farewell(lab, options.step ? closing : ""));
    view.end(summary);
    return summary.claims.unexpected + summary.failed === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    removeRun();
  }

  function textFor(scene: Scene, { step }: RunOptions): string {
    return renderMarkdown(step ? scene.text : opening(scene.text).paragraph, show);
  }

  function farewell({ name, exercises }: Lab, text: string): string {
    if (options.quiet || only.length > 0) return "";
    const next = [
      `The whole lesson, one demo at a time: \`pnpm lab ${name} --step\`; as a text: labs/${name}/lesson.md.`,
      exercises.length > 0 ? `Try it yourself: \`pnpm lab exercise ${name}/${exercises[0]}\`.` : "",
    ];
    return `${renderMarkdown([text, next.join("\n")].join("\n\n"), show)}\n`;
  }
}

export function summarise(
  lab: string,
  runs: readonly { claims: readonly JudgedClaim[]; error?: unknown }[],
  ms: number,
): Summary {
  const claims = runs.flatMap((run) => run.claims);
  const count = (test: (claim: JudgedClaim) => boolean) => claims.filter(test).length;
  return {
    type: "summary",
    lab,
    demos: runs.length,
    claims: {
      holds: count((claim) => claim.verdict === "holds"),
      refuted: count((claim) => claim.verdict === "refuted"),
      unavailable: count((claim) => claim.verdict === "unavailable"),
      unexpected: count(isUnexpected),
    },
    failed: runs.filter((run) => run.error !== undefined).length,
    ms: Math.round(ms),
  };
}

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process where it stands. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
