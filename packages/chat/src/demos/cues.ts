/** The director's signals (SIGUSR2) to one process, to be waited for one by one. */
export class Cues {
  #came = 0;
  #go: (() => void) | undefined;

  constructor() {
    process.on("SIGUSR2", () => {
      this.#came++;
      this.#go?.();
    });
  }

  async next(): Promise<void> {
    // Node ends a process that waits for a signal and nothing else.
    const stay = setInterval(() => {}, 60_000);
    if (this.#came === 0) {
      await new Promise<void>((resolve) => {
        this.#go = resolve;
      });
    }
    this.#came--;
    clearInterval(stay);
  }
}
