import { emitKeypressEvents, type Interface } from "node:readline";
import type { Readable } from "node:stream";
import type { Key } from "./key.ts";

/** A lone Escape, and the beginning of a key's sequence, differ by what follows within so many milliseconds. */
const ESCAPE_MS = 50;

/** A paste whose end got lost would swallow every key, Ctrl-C too: it is over when nothing came for so long. */
const PASTE_SILENT_MS = 500;

/** What Node tells of a key. */
interface Keypress {
  sequence: string;
  name?: string;
  ctrl: boolean;
  meta: boolean;
  shift: boolean;
}

/** Tell each key, and each paste as one. Returns what ends that. */
export function readKeys(input: Readable, tell: (key: Key) => void): () => void {
  // Of an Interface, this is all that Node looks at.
  emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
  const pasted = new Paste(tell);
  const hear = (text: string | undefined, key: Keypress) => pasted.hear(text, key);
  input.on("keypress", hear);
  input.resume();
  return () => {
    input.off("keypress", hear);
    input.pause();
  };
}

/** Brackets of a paste: what is between them is text, whatever keys it looks like. */
class Paste {
  readonly #tell: (key: Key) => void;
  #text: string[] | undefined;
  #silent: NodeJS.Timeout | undefined;

  constructor(tell: (key: Key) => void) {
    this.#tell = tell;
  }

  hear(text: string | undefined, { name = "", ctrl, meta, shift, sequence }: Keypress): void {
    if (name === "paste-start") this.#text = [];
    if (this.#text === undefined) {
      this.#tell({ name, ctrl, meta, shift, text: text ?? "" });
      return;
    }
    clearTimeout(this.#silent);
    if (name === "paste-end") this.#end();
    else {
      if (name !== "paste-start") this.#text.push(sequence);
      this.#silent = setTimeout(() => this.#end(), PASTE_SILENT_MS);
    }
  }

  #end(): void {
    const text = (this.#text ?? []).join("");
    this.#text = undefined;
    this.#tell({ name: "paste", ctrl: false, meta: false, shift: false, text });
  }
}
