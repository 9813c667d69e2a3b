/** A key, or what was pasted, as the screen is told of it. */
export interface Key {
  /** Node's name: `left`, `pageup`, `a`; `paste` for a paste; empty for signs without a name. */
  readonly name: string;
  readonly ctrl: boolean;
  /** Alt. */
  readonly meta: boolean;
  readonly shift: boolean;
  /** What it writes. */
  readonly text: string;
}
