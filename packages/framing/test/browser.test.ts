import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** What a compiled file imports, and what that imports, to the end. */
function imported(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen;
  const names = [...readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(
    (match) => match[1] as string,
  );
  seen.set(file, names);
  for (const name of names) {
    if (isBuiltin(name)) continue;
    const url = name.startsWith(".") ? new URL(name, `file://${file}`).href : import.meta.resolve(name);
    imported(fileURLToPath(url), seen);
  }
  return seen;
}

const entry = (name: string) => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));
const builtins = (file: string) => [...new Set([...imported(file).values()].flat().filter(isBuiltin))];

test("the core imports nothing of Node, and so runs in a browser", () => {
  expect(imported(entry("index")).size).toBeGreaterThan(10);
  expect(builtins(entry("index"))).toEqual([]);
});

test("only what needs Node's streams imports them", () => {
  expect(builtins(entry("node"))).toEqual(["node:stream"]);
});

test("the core uses no global that a browser does not have", () => {
  for (const file of imported(entry("index")).keys())
    expect(readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""), file).not.toMatch(
      /\b(Buffer|process|setImmediate|require)[.(]/,
    );
});
