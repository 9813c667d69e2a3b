import type { Progress } from "@ipc-playground/bench-kit/run";
import { progress } from "../terminal.ts";

/** How often a log gets a line, in milliseconds. */
const LINE_EVERY_MS = 5000;
const BAR_CELLS = 20;

/**
 * Shows on stderr how far the run is. Drawn only between two launches: a timer would wake this
 * process while something is measured.
 */
export class ProgressDisplay {
  readonly #startedMs = performance.now();
  #lastLineMs = Number.NEGATIVE_INFINITY;
  #clear = () => {};

  update({ done, total, now }: Progress): void {
    const { isTTY } = process.stderr;
    const elapsedMs = performance.now() - this.#startedMs;
    const left =
      done === 0 ? "" : `, about ${Math.ceil(((elapsedMs / done) * (total - done)) / 1000)} s left`;
    const text = `${done}/${total} launches${left}${now ? `: ${now}` : ""}`;
    if (isTTY) {
      const full = Math.round((done / total) * BAR_CELLS);
      this.#clear = progress(`${"█".repeat(full)}${"░".repeat(BAR_CELLS - full)} ${text}`);
    } else if (elapsedMs - this.#lastLineMs >= LINE_EVERY_MS) {
      this.#lastLineMs = elapsedMs;
      console.error(text);
    }
  }

  finish(): void {
    this.#clear();
  }
}
