import { IpcError } from "@ipc-playground/contract";
import { hasActive, visible } from "../visible.ts";
import { NAME_BYTES } from "./limits.ts";

/** What a name must not be, each with the reason that the sender is told. */
const RULES: readonly (readonly [reason: string, broken: (name: string) => boolean])[] = [
  ["it is empty", (name) => name === ""],
  ["it has a NUL in it, where C would see its end", (name) => name.includes("\0")],
  ["it is an absolute path", (name) => name.startsWith("/")],
  ["it leads out of the folder", (name) => name.split(/[/\\]/).includes("..")],
  ["it leads through other folders", (name) => /[/\\]/.test(name)],
  [
    "names that begin with a dot are hidden, and reserved: . and .., settings, half received files",
    (name) => name.startsWith("."),
  ],
  // A name is shown to people: no colours, no cleared screens, no `fdp.exe` that reads `exe.pdf`.
  ["it has control characters in it", hasActive],
  ["it has half a character in it", (name) => /\p{Surrogate}/u.test(name)],
  [`it is longer than ${NAME_BYTES} bytes`, (name) => Buffer.byteLength(name) > NAME_BYTES],
];

/**
 * The name, if a file may have it inside a folder that a stranger fills: one entry, visible, and
 * nothing that leads elsewhere.
 *
 * @throws {IpcError} UNSAFE_NAME
 */
export function safeName(name: string): string {
  const reason = RULES.find(([, broken]) => broken(name))?.[0];
  if (reason === undefined) return name;
  throw new IpcError(
    "UNSAFE_NAME",
    `a file cannot be called ${shownName(name)} here: ${reason}`,
    "send it under a plain name, without a path",
  );
}

/** A name from a stranger, fit to be printed, in quotes. */
export function shownName(name: string): string {
  return `"${visible(name.length > 60 ? `${name.slice(0, 60)}…` : name)}"`;
}
