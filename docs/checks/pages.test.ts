import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { LIMITS, REFUSALS } from "../../packages/chat/dist/index.js";
import { chatCommand } from "../../packages/cli/dist/chat/command.js";
import { labCommand } from "../../packages/cli/dist/lab/command.js";
import { LABS } from "../../packages/cli/dist/labs.js";
import { ERROR_CODES } from "../../packages/contract/dist/index.js";
import { parseLesson } from "../../packages/lab-kit/dist/runner.js";
import { members, page, ROOT } from "./workspace.ts";

/** The first column of a page's Markdown table rows that begin with a code span. */
function listed(path: string): string[] {
  return [...page(path).matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] as string);
}

test("docs/errors.md lists every error code with its meaning, and no other", () => {
  const rows = Object.fromEntries(
    [...page("docs/errors.md").matchAll(/^\| `([A-Z_]+)` \| (.+?) \|$/gm)].map(([, code, meaning]) => [
      code,
      meaning,
    ]),
  );
  expect(rows).toEqual(ERROR_CODES);
});

test("README.md has a row for every package, and no other", () => {
  const packages = members().filter(({ short }) => !short.startsWith("labs/"));
  const rows = [...page("README.md").matchAll(/^\| \[`([^`]+)`\]\(packages\/([^)]+)\)/gm)].map(
    (match) => match[2],
  );
  expect(rows.toSorted()).toEqual(packages.map(({ short }) => short).toSorted());
});

test("README.md has a row for every lab, and no other", () => {
  const rows = [...page("README.md").matchAll(/^\| \[`pnpm lab ([^`]+)`\]/gm)].map((match) => match[1]);
  expect(rows).toEqual(LABS.map((lab) => lab.name));
});

test("packages/chat/README.md has a row for every limit and every refusal, as the code has them", () => {
  const text = page("packages/chat/README.md");
  for (const [name, { value, unit, says }] of Object.entries(LIMITS)) {
    expect(text).toContain(`| \`${name}\` | ${value.toLocaleString("en")} ${unit} | ${says} |`);
  }
  for (const [code, meaning] of Object.entries(REFUSALS))
    expect(text).toContain(`| \`${code}\` | ${meaning} |`);
  const listed = [...text.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1] as string);
  const known = [...Object.keys(LIMITS), ...Object.keys(REFUSALS)];
  expect(listed.filter((name) => /[A-Z]/.test(name) && !known.includes(name))).toEqual([]);
});

test("docs/start.md lists every command of `pnpm chat`", () => {
  for (const command of chatCommand().commands) {
    expect(listed("docs/start.md").map((row) => row.split(" ").slice(0, 3).join(" "))).toContain(
      `pnpm chat ${command.name()}`,
    );
  }
});

test("docs/start.md lists every command of `pnpm lab`", () => {
  const commands = labCommand().commands.map((command) => `pnpm lab ${command.name()}`);
  const rows = listed("docs/start.md").map((row) => row.split(" ").slice(0, 3).join(" "));
  expect([...new Set(rows.filter((row) => commands.includes(row)))].toSorted()).toEqual(commands.toSorted());
});

test("docs/start.md lists every option of `pnpm lab NAME`", () => {
  const options = labCommand().options.map((option) => option.long);
  const rows = listed("docs/start.md").flatMap((row) => /^--[a-z]+/.exec(row)?.[0] ?? []);
  expect(rows.toSorted()).toEqual(options.toSorted());
});

test.each(LABS.map((lab) => [lab.name, lab] as const))(
  "the %s lesson names each of its demos and exercises once",
  (_name, lab) => {
    const parts = parseLesson(readFileSync(new URL("lesson.md", lab.folder), "utf8"));
    const named = (kind: "demo" | "exercise") =>
      parts.flatMap((part) => (part.kind === kind ? [part.name] : []));
    expect(named("demo").toSorted()).toEqual(Object.keys(lab.demos).toSorted());
    expect(named("exercise")).toEqual(lab.exercises);
  },
);

test("every demo is listed in its package's README", () => {
  for (const lab of LABS) {
    for (const [name, module] of Object.entries(lab.demos)) {
      const [folder = ""] = module.pathname.split("/dist/");
      expect(readFileSync(join(folder, "README.md"), "utf8"), name).toContain(`| \`${name}\``);
    }
  }
});

test("every link between the project's pages leads somewhere", () => {
  const pages = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".md") && !/(^|\/)(node_modules|dist)\//.test(path),
  );
  expect(pages.length).toBeGreaterThan(5);
  for (const path of pages) {
    for (const [, target] of page(path).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target as string)) continue;
      expect(existsSync(join(ROOT, dirname(path), target as string)), `${path} links to ${target}`).toBe(
        true,
      );
    }
  }
});

test("the root stays small", () => {
  expect(
    readdirSync(ROOT).filter((name) => !name.startsWith(".") && name !== "node_modules").length,
  ).toBeLessThanOrEqual(15);
});
