import { expect, test } from "vitest";
import { BAD, colorOf, GOOD, NAME_COLORS, WARNING } from "../../dist/terminal/colors.js";

const LEVELS = [0, 95, 135, 175, 215, 255];

/** Relative luminance of a colour of the cube of 6 x 6 x 6, by WCAG 2. */
function luminance(color: number): number {
  const [r, g, b] = [36, 6, 1].map((step) => {
    const level = (LEVELS[Math.floor((color - 16) / step) % 6] as number) / 255;
    return level <= 0.03928 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test.each([...NAME_COLORS, GOOD, WARNING, BAD])("colour %i can be read on black and on white", (color) => {
  const light = luminance(color) + 0.05;
  expect(Math.min(light / 0.05, 1.05 / light)).toBeGreaterThan(3.7);
});

test("a name has the same colour in whatever case, and many names have all colours", () => {
  expect(colorOf("Ana")).toBe(colorOf("aNA"));
  const seen = new Set(Array.from({ length: 200 }, (_, at) => colorOf(`user${at}`)));
  expect([...seen].toSorted()).toEqual([...NAME_COLORS].toSorted());
});
