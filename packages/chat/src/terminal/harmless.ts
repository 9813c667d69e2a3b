import { visible } from "@ipc-playground/sockets";

/** A letter with more marks than any language writes spills over the lines above it. */
const TOWER = /(\p{M}{8})\p{M}+/gu;

/** A stranger's text, fit for one place in one row of the screen. */
export function harmlessText(text: string): string {
  return visible(text).replaceAll("\t", "    ").replace(TOWER, "$1");
}

/**
 * Whatever came from the network, with every text in it made harmless: nothing that is printed later can have
 * been forgotten.
 */
export function harmless<T>(value: T, clean: (text: string) => string = harmlessText): T {
  if (typeof value === "string") return clean(value) as T;
  if (Array.isArray(value)) return value.map((inner) => harmless(inner, clean)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, harmless(inner, clean)])) as T;
}
