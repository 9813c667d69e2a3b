import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ownTmp, run } from "./command.ts";
import { rates, resultOf } from "./fixtures/made-results.ts";

/** Launches that took throughput as well: a rate alone has no picture. */
const launches = [...rates([100, 101, 99]), ...rates([110, 111, 109], { by: "c" })].map((launch) => ({
  ...launch,
  measured: { ...launch.measured, ...(launch.measured.rate && { throughput: launch.measured.rate }) },
}));

/** A folder with two saved results in it, and what is made of them. */
function folder() {
  const path = ownTmp();
  const saved = (name: string) => {
    writeFileSync(join(path, name), JSON.stringify(resultOf(launches)));
    return join(path, name);
  };
  return {
    path,
    old: saved("old.json"),
    recent: saved("new.json"),
    html: join(path, "page.html"),
    svg: join(path, "svg"),
  };
}

test("a saved result is shown again as it was when it was measured", () => {
  const { old, recent } = folder();
  const { status, stdout, stderr } = run(["bench", "report", old, recent]);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout.match(/^Throughput: one way/gm)).toHaveLength(2);
  expect(stdout).toMatch(/^old$.*^new$/ms);
});

test("--html and --svg write a page and pictures, and never over what is there", () => {
  const { path, old, html, svg } = folder();
  const written = run(["bench", "report", old, "--html", html, "--svg", svg]);
  expect([written.status, written.stderr]).toEqual([0, ""]);
  expect(written.stdout).toMatch(/The page is .+\n1 picture is in /);
  const names = readdirSync(svg);
  expect(names).toContain("ratio-to-c-throughput-blocking.svg");
  const before = readFileSync(html, "utf8");
  expect(before).toContain("<title>Benchmark: old</title>");

  const again = run(["bench", "report", old, "--html", html]);
  expect([again.status, again.stdout]).toEqual([1, ""]);
  expect(again.stderr).toContain("[FILE_EXISTS]");
  expect(readFileSync(html, "utf8")).toBe(before);

  const beside = join(path, "other.html");
  expect(run(["bench", "report", old, "--html", beside, "--svg", svg]).stderr).toContain("[FILE_EXISTS]");
  expect([existsSync(beside), readdirSync(svg)]).toEqual([false, names]);
});

test.each([
  ["a file that is not there", ["nowhere.json"], "[FILE_UNREADABLE]"],
  ["a file that is cut short", ["cut.json"], "[BAD_RESULT]"],
  ["a file that is named twice", ["old.json", "./old.json"], "[BAD_USAGE]"],
  ["a folder that cannot be made", ["old.json", "--svg", "/proc/pictures"], "[FILE_UNWRITABLE]"],
  ["a file where a folder is wanted", ["old.json", "--svg", "old.json"], "[FILE_UNWRITABLE]"],
])("%s is said in two lines", (_, args, code) => {
  const { path, old } = folder();
  writeFileSync(join(path, "cut.json"), readFileSync(old, "utf8").slice(0, 500));
  const { status, stdout, stderr } = run(["bench", "report", ...args], { env: { INIT_CWD: path } });
  expect([status === 0, stdout]).toEqual([false, ""]);
  expect(stderr.trim().split("\n").at(-1)).toContain(code);
  expect(stderr).not.toContain("defect");
});
