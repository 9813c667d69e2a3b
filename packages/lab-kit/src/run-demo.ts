import { IpcError, type IpcEvent, type JudgedClaim } from "@ipc-playground/contract";
import type { Demo } from "./demo.ts";
import { LiveStage } from "./stage/stage.ts";

export interface DemoRun {
  demo: string;
  title: string;
  events: IpcEvent[];
  claims: JudgedClaim[];
  /** Why the demo did not come to its end, if it did not. Its claims may then be unjudged. */
  error?: IpcError;
  ms: number;
}

/** Import a demo from its compiled module. */
export async function loadDemo(module: URL): Promise<Demo> {
  return ((await import(module.href)) as { default: Demo }).default;
}

/** Run one demo from its compiled module. Never throws for what happens inside: that is in the result. */
export async function runDemo(module: URL, signal?: AbortSignal): Promise<DemoRun> {
  const demo = await loadDemo(module);
  const began = performance.now();
  const judge = new Judge(demo);
  await using stage = new LiveStage<string>(module);
  const abort = () => stage.abort(new IpcError("DEADLINE_PASSED", "interrupted", "run it again"));
  signal?.addEventListener("abort", abort);
  let error: IpcError | undefined;
  try {
    await demo.run(judge.direct(stage));
    for (const actor of stage.actors) {
      await actor.exited({ withinMs: 5_000 });
      if (actor.mustSucceed && !actor.killedByDirector && actor.exit?.code !== 0) throw actor.failure();
    }
    judge.assertComplete();
  } catch (cause) {
    error = asIpcError(demo.name, cause);
  } finally {
    signal?.removeEventListener("abort", abort);
    await stage.end();
  }
  // A process that was killed from outside is the better explanation of whatever came of it.
  const casualty = stage.actors.find((actor) => actor.exit?.signal === "SIGKILL" && !actor.killedByDirector);
  if (error !== undefined && casualty !== undefined) error = casualty.failure();
  return {
    demo: demo.name,
    title: demo.title,
    events: stage.events(),
    claims: judge.claims,
    ...(error && { error }),
    ms: performance.now() - began,
  };
}

class Judge {
  readonly claims: JudgedClaim[] = [];
  readonly #demo: Demo;

  constructor(demo: Demo) {
    this.#demo = demo;
  }

  direct(stage: LiveStage<string>): Parameters<Demo["run"]>[0] {
    return {
      ...stage.controls(),
      claim: (name, bornOut, evidence) => this.#add(name, bornOut ? "holds" : "refuted", evidence),
      unavailable: (name, reason) => this.#add(name, "unavailable", reason),
    };
  }

  /** @throws {IpcError} BAD_DEMO: a claim was left unjudged. */
  assertComplete(): void {
    for (const name of Object.keys(this.#demo.claims)) {
      if (this.claims.some((claim) => claim.name === name)) continue;
      throw new IpcError(
        "BAD_DEMO",
        `${this.#demo.name} did not judge its claim "${name}"`,
        "call claim() or unavailable() for it",
      );
    }
  }

  #add(name: string, verdict: JudgedClaim["verdict"], evidence: string): void {
    const spec = this.#demo.claims[name];
    if (spec === undefined || this.claims.some((claim) => claim.name === name)) {
      throw new IpcError(
        "BAD_DEMO",
        `${this.#demo.name} judges "${name}", which it has judged or does not have`,
        "judge each claim once",
      );
    }
    this.claims.push({ demo: this.#demo.name, name, ...spec, verdict, evidence });
  }
}

function asIpcError(demo: string, cause: unknown): IpcError {
  if (cause instanceof IpcError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new IpcError(
    "PROCESS_FAILED",
    `the director of ${demo} failed: ${message}`,
    "please report this, with the output",
    { cause },
  );
}
