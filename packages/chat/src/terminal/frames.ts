/** At most 20 frames a second. */
const FRAME_MS = 50;
/** A frame that takes long is followed by a longer pause: drawing takes at most a quarter of the time. */
const REST = 3;

/** Draws after something changed: at once where nothing was drawn lately, and once for all that changes until then. */
export class Frames {
  readonly #draw: () => void;
  #timer: NodeJS.Timeout | undefined;
  #restsUntil = 0;
  #stopped = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  ask(): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => this.#now(), Math.max(0, this.#restsUntil - performance.now()));
  }

  /** For good: whatever is drawn later would be on a screen that is somebody else's again. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #now(): void {
    this.#timer = undefined;
    const begun = performance.now();
    this.#draw();
    const took = performance.now() - begun;
    this.#restsUntil = begun + Math.max(FRAME_MS, took * (1 + REST));
  }
}
