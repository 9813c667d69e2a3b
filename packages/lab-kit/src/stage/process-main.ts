import { IpcError } from "@ipc-playground/contract";
import { setParentDeathSignal, setsid } from "@ipc-playground/libc";
import type { ProcessBody, ProcessContext } from "../demo.ts";
import { Log } from "../log.ts";
import { takeLeash } from "./leash.ts";
import { type Casting, CHANNEL_FD } from "./stage.ts";

/** What every process of a demo runs: find its body in the demo's module, and play it. */
async function main(casting: Casting): Promise<void> {
  endWithDirector(casting);

  const log = new Log(CHANNEL_FD, casting.name);
  try {
    const module = (await import(casting.module)) as { default: { processes: Record<string, ProcessBody> } };
    const body = module.default.processes[casting.process];
    if (body === undefined) throw new Error(`no process "${casting.process}" in ${casting.module}`);
    const value = await body(contextOf(casting, log));
    log.write({ kind: "return", value: value ?? null });
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    log.write({
      kind: "throw",
      code: error instanceof IpcError ? error.code : "",
      message,
      stack: stack ?? "",
    });
    process.exitCode = 1;
  }
}

/** Whatever ends the director, kill -9 included, ends its processes with it. */
function endWithDirector({ directorPid, leash }: Casting): void {
  if (leash !== undefined) {
    setsid();
    takeLeash(leash);
    return;
  }
  setParentDeathSignal(9);
  if (process.ppid !== directorPid) process.exit(1);
}

function contextOf(casting: Casting, log: Log): ProcessContext {
  const want = <T>(values: Record<string, T>, kind: string, name: string): T => {
    const value = values[name];
    if (value !== undefined) return value;
    throw new IpcError(
      "BAD_DEMO",
      `${casting.name} was handed no ${kind} "${name}"`,
      "name it where the director calls start()",
    );
  };
  return {
    fd: (name) => want(casting.fds, "descriptor", name),
    number: (name) => Number(want(casting.args, "value", name)),
    text: (name) => String(want(casting.args, "value", name)),
    log,
  };
}

await main(JSON.parse(process.argv[2] as string) as Casting);
