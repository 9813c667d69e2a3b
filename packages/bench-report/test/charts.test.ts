import { MODES } from "@ipc-playground/bench-kit";
import { PLACEMENTS } from "@ipc-playground/bench-kit/run";
import { describe, expect, test } from "vitest";
import type { Chart } from "../src/chart.ts";
import { palette } from "../src/palette.ts";
import { sectionsOf } from "../src/sections.ts";
import { ALL_MECHANISMS, made, named } from "./made.ts";

interface Series {
  name?: string;
  itemStyle?: { color?: string; borderColor?: string };
  data: { itemStyle?: { color?: string }; tip?: string[]; value: unknown }[];
}

const seriesOf = (chart: Chart) => (chart.option as unknown as { series: Series[] }).series;
const everything = made({ placements: [...PLACEMENTS], load: true });

describe("every kind of picture", () => {
  const sections = sectionsOf(named(everything));
  const charts = sections.flatMap((section) => section.charts);

  test("is drawn where there is data", () => {
    expect(sections.map(({ absent }) => absent)).toEqual(sections.map(() => null));
    expect(charts.map(({ id }) => id)).toEqual([
      "ratio-to-c-latency-blocking",
      "ratio-to-c-latency-event-loop",
      "ratio-to-c-throughput-blocking",
      "ratio-to-c-throughput-event-loop",
      "latency-by-size-blocking",
      "latency-by-size-event-loop",
      "throughput-by-size-blocking",
      "throughput-by-size-event-loop",
      "percentiles-blocking",
      "percentiles-event-loop",
      "latency-by-load-blocking",
      "latency-by-load-event-loop",
      "cost-by-latency",
      "placement-blocking",
      "placement-event-loop",
    ]);
  });

  test("says in one sentence which modes it shows and which direction is better", () => {
    for (const { id, title } of charts) {
      expect(title).toMatch(/ better\b[^.]*\.$/);
      const mode = MODES.find((mode) => id.endsWith(mode));
      expect(title).toContain(mode ? `${mode} mode` : "all modes");
    }
  });

  test("is an option that survives being written as JSON", () => {
    for (const { option, layout } of charts) {
      expect(JSON.parse(JSON.stringify({ option, layout }))).toEqual({ option, layout });
    }
  });

  test("says something wherever the pointer may be", () => {
    for (const chart of charts) {
      for (const { value, tip } of seriesOf(chart).flatMap(({ data }) => data)) {
        expect(tip?.join(" "), `${chart.id} at ${value}`).toMatch(/\d/);
      }
    }
  });

  test("has no value that a logarithm cannot take, and none that is no number", () => {
    for (const chart of charts) {
      for (const { value } of seriesOf(chart).flatMap(({ data }) => data)) {
        for (const one of [value].flat()) expect(one, chart.id).toBeGreaterThan(0);
      }
    }
  });

  test("gives a mechanism the same colour as every other", () => {
    const looks = palette(named(everything));
    const colours = charts
      .filter(({ id }) => !id.startsWith("placement"))
      .flatMap(seriesOf)
      .flatMap(({ name = "", itemStyle, data }) =>
        data.map(({ itemStyle: own, tip }) => [
          looks.has(name) ? name : tip?.[0],
          own?.color ?? itemStyle?.borderColor ?? itemStyle?.color,
        ]),
      );
    expect(colours.length).toBeGreaterThan(50);
    for (const [name, colour] of colours) {
      const mechanism = name?.split(",")[0] ?? "";
      expect(colour, mechanism).toBe(looks.get(mechanism)?.color);
    }
  });
});

test("what there is no data for is said in one line", () => {
  const absent = sectionsOf(named(made({ mechanisms: [] }))).map(({ absent }) => absent);
  expect(absent).toHaveLength(7);
  for (const line of absent) expect(line).toMatch(/^No picture: .+\.$/);
});

test("no two mechanisms look alike, the ones that nobody foresaw included", () => {
  const looks = palette(named(made({ mechanisms: [...ALL_MECHANISMS, "carrier-pigeon", "drum"], runs: 1 })));
  const seen = [...looks.values()].map(({ color, symbol, hollow }) => `${color} ${symbol} ${hollow}`);
  expect(looks.has("drum")).toBe(true);
  expect(new Set(seen).size).toBe(seen.length);
});

test("a picture of many bars is tall enough for a line for each of them", () => {
  const many = Array.from({ length: 30 }, (_, i) => `mechanism-${i}`);
  const charts = sectionsOf(named(made({ mechanisms: many, runs: 1 }))).flatMap(({ charts }) => charts);
  for (const { id, height } of charts.filter(({ id }) => id !== "cost-by-latency")) {
    expect(height, id).toBeGreaterThanOrEqual(30 * 20);
  }
});
