import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { IpcError } from "@ipc-playground/contract";
import { processStat } from "@ipc-playground/libc";

/** How often /proc is asked whether it still runs, in milliseconds. */
const LOOK_EVERY_MS = 5;

/** The shell says the pid and exits; what it started is then adopted by init. */
const START_AND_LEAVE = '"$@" >/dev/null & echo $!';

/**
 * A process that is nobody's child here, as one started in another terminal. It has the surface of
 * a ChildProcess that an actor needs, but no exit status: only init is told that.
 */
export class UnrelatedProcess extends EventEmitter<{ exit: [null, null] }> {
  readonly pid: number;
  readonly stderr = null;
  readonly #startTime: number | undefined;

  /** @param descriptors What it finds as descriptor 3 and up. */
  constructor(command: string, args: readonly string[], descriptors: readonly number[]) {
    super();
    // The shell is back in a few milliseconds, so waiting for it here holds nobody up.
    const { stdout, error } = spawnSync("sh", ["-c", START_AND_LEAVE, "sh", command, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore", ...descriptors],
    });
    this.pid = Number(stdout);
    if (error || !(this.pid > 0)) {
      throw new IpcError("PROGRAM_NOT_FOUND", `cannot start ${command} with sh`, "put sh on the PATH", {
        cause: error,
      });
    }
    this.#startTime = processStat(this.pid)?.startTime;
    const look = setInterval(() => {
      if (this.#running()) return;
      clearInterval(look);
      this.emit("exit", null, null);
    }, LOOK_EVERY_MS);
    look.unref();
  }

  kill(signal: NodeJS.Signals): boolean {
    return this.#running() && process.kill(this.pid, signal);
  }

  /** A dead one that init has not looked after yet does not run any more. */
  #running(): boolean {
    const stat = processStat(this.pid);
    return stat !== null && stat.state !== "Z" && stat.startTime === this.#startTime;
  }
}
