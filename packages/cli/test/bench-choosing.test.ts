import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchResult, encodeSamples } from "@ipc-playground/bench-kit/run";
import { IpcError } from "@ipc-playground/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { FACTS } from "../src/bench/choosing/facts.ts";
import { say } from "../src/bench/choosing/figures.ts";
import { NEEDS } from "../src/bench/choosing/needs.ts";
import { choosingPage } from "../src/bench/choosing/page.ts";
import { writeChoosing } from "../src/bench/choosing/run.ts";
import { BENCHES } from "../src/bench/registry.ts";
import { rates, resultOf } from "./fixtures/made-results.ts";

type Launch = BenchResult["launches"][number];

const usage = { voluntarySwitches: 0, involuntarySwitches: 0 };

/** A round trip of so many µs, and so much time on a processor for it. */
function trip(micros: number, cpuMicros: number, launch: Partial<Launch>): Launch[] {
  const messages = 1000;
  const run = {
    messages,
    ns: micros * 1000 * messages,
    usage: {
      a: { ...usage, cpuMicros: cpuMicros * messages },
      b: { ...usage, cpuMicros: 0 },
    },
  };
  const histogram = encodeSamples(Array(messages).fill(micros * 1000));
  return rates([1], { ...launch, measured: { rate: run, latency: { ...run, histogram } } });
}

/** So many megabytes a second, in messages of 64 KiB. */
function stream(megabytes: number, launch: Partial<Launch>): Launch[] {
  const run = {
    messages: 1000,
    ns: (65_536_000 / (megabytes * 1e6)) * 1e9,
    usage: { a: { ...usage, cpuMicros: 1 }, b: { ...usage, cpuMicros: 1 } },
  };
  return rates([1], { size: 65_536, ...launch, measured: { throughput: run } });
}

const saved = resultOf(
  [
    ...trip(211, 311, {}),
    ...trip(235, 335, { by: "event-loop" }),
    ...trip(201, 301, { by: "c" }),
    ...trip(47.9, 97.9, { placement: "same-core" }),
    ...stream(731, {}),
    ...stream(823, { by: "c" }),
    ...trip(241, 341, { mechanism: "eventfd", size: 0 }),
    ...stream(2917, { mechanism: "shm-ring" }),
  ],
  { work: { pipe: { copies: 27, systemCalls: { blocking: 29 }, says: "" } } },
);

/** What the page may say of it, and not one number more. */
const FIGURES = [
  ...["211", "311", "235", "335", "47.9", "731", "241", "341", "2,917", "27", "29"],
  // Of C: 201/211, 201/235 and 731/823.
  ...["95", "86", "89"],
];

const { plan } = saved;
const measured = { ...saved, plan: { ...plan, sizes: [100, 65_536] } };
const pageOf = (result: BenchResult, pictures: string[] = []) =>
  choosingPage({ file: "r.json", result, pictures });
const numbers = (text: string) => text.match(/\d[\d,.]*(?<![,.])/g) ?? [];

describe("the page", () => {
  test("has all figures of the result, and no number that is neither from there nor static", () => {
    const text = pageOf(measured);
    const { machine, sessions } = measured;
    const fixed = JSON.stringify([
      NEEDS,
      FACTS,
      machine,
      sessions,
      NEEDS.map(({ measured }) => `${measured}`),
    ]);
    const allowed = new Set([...FIGURES, ...numbers(fixed), "5", "100", "64"]);
    expect(numbers(text).filter((number) => !allowed.has(number))).toEqual([]);
    expect(FIGURES.filter((figure) => !(numbers(text) as string[]).includes(figure))).toEqual([]);
  });

  test("states the machine, and that its figures are one machine's", () => {
    expect(pageOf(measured)).toMatch(
      /\*\*Figures of one machine\*\*: A processor, 2 cores, a virtual machine; Linux 6\.1\.0; Node 20\.19\.0; 2024-01-01;/,
    );
  });

  test("leaves out a sentence whose figure is missing, and keeps the others", () => {
    const row = (text: string, need: string) => text.split("\n").find((line) => line.includes(need));
    const pipe = "a parent and its child, a stream";
    expect(row(pageOf(measured), pipe)).toContain(
      "takes 211 µs, 235 µs in an event loop. One way: 731 MB/s.",
    );
    const less = { ...measured, launches: measured.launches.filter(({ by }) => by !== "event-loop") };
    expect(row(pageOf(less), pipe)).toMatch(/the writer is done\. One way: 731 MB\/s\. \|$/);
  });

  test("has fewer columns where less was measured", () => {
    const small = { ...measured, launches: measured.launches.filter(({ size }) => size === 100) };
    expect(pageOf(measured)).toContain("one way in 64 KiB, MB/s");
    expect(pageOf(small)).not.toContain("one way in 64 KiB");
    const ours = { ...measured, launches: measured.launches.filter(({ by }) => by !== "c") };
    expect(pageOf(ours)).toContain("There was no C compiler");
  });

  test("shows the pictures that there are", () => {
    expect(pageOf(measured, ["choosing/size-sweep.svg"])).toContain("![size sweep](choosing/size-sweep.svg)");
    expect(pageOf(measured)).not.toContain("](choosing/");
  });
});

test("a sentence without its figure is none", () => {
  expect(say`takes ${"5 µs"}`).toBe("takes 5 µs");
  expect(say`takes ${"5 µs"}, or ${null}`).toBeNull();
});

test("there are facts for every mechanism that can be measured, and for no other", () => {
  const known = BENCHES.map(({ name }) => name);
  expect(FACTS.flatMap(({ benches }) => benches).toSorted()).toEqual(known.toSorted());
});

describe("pnpm bench choosing", () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), "ipc-playground-test-"));
    onTestFinished(() => rmSync(path, { recursive: true }));
    return path;
  }

  test("writes over its own page and nothing else", () => {
    const inside = folder();
    const [file, out] = [join(inside, "r.json"), join(inside, "page.md")];
    writeFileSync(file, JSON.stringify(measured));
    mkdirSync(join(inside, "choosing"));
    writeFileSync(join(inside, "choosing", "ratio-bars.svg"), "");
    expect(writeChoosing(file, { out })).toBe(0);
    const first = readFileSync(out, "utf8");
    expect(first).toMatch(/^<!-- Generated by `pnpm bench choosing r\.json`/);
    expect(first).toContain("(choosing/ratio-bars.svg)");
    writeChoosing(file, { out });
    expect(readFileSync(out, "utf8")).toBe(first);

    writeFileSync(out, "mine\n");
    expect(() => writeChoosing(file, { out })).toThrow(IpcError);
    expect(readFileSync(out, "utf8")).toBe("mine\n");
  });

  test("refuses a result without figures", () => {
    const file = join(folder(), "r.json");
    writeFileSync(file, JSON.stringify({ ...measured, launches: [] }));
    expect(() => writeChoosing(file, { out: `${file}.md` })).toThrow("has no figures");
  });
});
