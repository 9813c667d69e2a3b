import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { page, ROOT } from "./workspace.ts";

/** A program printed on a page: a `ts` block that begins with an import. */
interface Example {
  name: string;
  code: string;
  /** What it says it prints: its `// =>` comments, in order. */
  prints: string[];
}

const EXAMPLES: Example[] = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".md") && !/(^|\/)(node_modules|dist)\//.test(path))
  .flatMap((path) =>
    [...page(path).matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)].map((match, i) => {
      const code = match[1] as string;
      return {
        name: `${path} ${i + 1}`,
        code,
        prints: [...code.matchAll(/\/\/ => (.*)$/gm)].map((found) => found[1] as string),
      };
    }),
  );

// Inside the cli package, because that is the one that may import everything.
const parent = join(ROOT, "packages/cli/node_modules");
let folder = "";

beforeAll(() => {
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, ".examples-"));
  for (const [i, { code }] of EXAMPLES.entries()) writeFileSync(join(folder, `example-${i}.ts`), code);
  const config = {
    extends: join(ROOT, "tsconfig.base.json"),
    compilerOptions: {
      rootDir: ".",
      outDir: "out",
      typeRoots: [join(ROOT, "node_modules/@types")],
      noUnusedLocals: false,
    },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], { stdio: "inherit" });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("there are examples", () => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(2);
});

test.each(EXAMPLES.map((example, i) => [example.name, i] as const))(
  "the example in %s runs, and prints what it says",
  (_name, i) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "out", `example-${i}.js`)], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const prints = EXAMPLES[i]?.prints ?? [];
    if (prints.length > 0) expect(stdout.trimEnd().split("\n")).toEqual(prints);
  },
);
