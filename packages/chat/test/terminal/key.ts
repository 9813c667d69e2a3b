import type { Key } from "../../dist/terminal/key.js";

/** `a`, `left`, `ctrl-n`, `alt-2`, `shift-tab`. */
export function key(name: string): Key {
  const bare = name.replace(/^(ctrl|alt|shift)-/, "");
  const isText = bare === name && Array.from(name).length === 1;
  return {
    name: bare,
    ctrl: name.startsWith("ctrl-"),
    meta: name.startsWith("alt-"),
    shift: name.startsWith("shift-"),
    text: isText ? name : "",
  };
}
