import { type Completion, complete, completed, type Known, next } from "./complete.ts";
import * as edit from "./editor.ts";
import { type History, NO_HISTORY, newer, older, recalled, remember } from "./history.ts";
import type { Key } from "./key.ts";

/** The input line with all that belongs to it. */
export interface Typing {
  readonly editor: edit.Editor;
  readonly history: History;
  /** While Tab goes through candidates. */
  readonly completion: Completion | undefined;
}

export const NOTHING_TYPED: Typing = { editor: edit.EMPTY, history: NO_HISTORY, completion: undefined };

const CTRL: Readonly<Record<string, (editor: edit.Editor) => edit.Editor>> = {
  a: edit.home,
  b: edit.left,
  d: edit.remove,
  e: edit.end,
  f: edit.right,
  h: edit.backspace,
  k: edit.removeToEnd,
  left: edit.wordLeft,
  right: edit.wordRight,
  u: edit.removeToStart,
  w: edit.removeWord,
};

const ALT: Readonly<Record<string, (editor: edit.Editor) => edit.Editor>> = {
  b: edit.wordLeft,
  backspace: edit.removeWord,
  f: edit.wordRight,
  left: edit.wordLeft,
  right: edit.wordRight,
};

const BARE: Readonly<Record<string, (editor: edit.Editor) => edit.Editor>> = {
  backspace: edit.backspace,
  delete: edit.remove,
  end: edit.end,
  home: edit.home,
  left: edit.left,
  right: edit.right,
};

/** What a key makes of the input line. `undefined`: the key is not for it. */
export function type(typing: Typing, key: Key, known: () => Known): Typing | undefined {
  if (key.name === "tab") return tab(typing, key.shift ? -1 : 1, known);
  if (key.name === "up" && !key.shift) return recall(typing, older(typing.history, typing.editor.text));
  if (key.name === "down" && !key.shift) return recall(typing, newer(typing.history));
  const { editor } = typing;
  const edited = (key.ctrl ? CTRL : key.meta ? ALT : BARE)[key.name]?.(editor) ?? written(editor, key);
  return edited === undefined ? undefined : { ...typing, editor: edited, completion: undefined };
}

/** The line was entered: it goes into the history, and an empty one is there. */
export function enter({ editor, history }: Typing): Typing {
  return { ...NOTHING_TYPED, history: remember(history, editor.text) };
}

function written(editor: edit.Editor, { ctrl, meta, text }: Key): edit.Editor | undefined {
  return ctrl || meta || text === "" ? undefined : edit.insert(editor, text);
}

function tab(typing: Typing, step: 1 | -1, known: () => Known): Typing {
  const completion =
    typing.completion === undefined ? complete(typing.editor, known()) : next(typing.completion, step);
  return completion === undefined ? typing : { ...typing, editor: completed(completion), completion };
}

function recall(typing: Typing, history: History | undefined): Typing {
  if (history === undefined) return typing;
  return { editor: edit.typed(recalled(history)), history, completion: undefined };
}
