import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Frames } from "../../dist/terminal/frames.js";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("the first change is drawn at once, and all that follow within 50 ms together", () => {
  const draw = vi.fn();
  const frames = new Frames(draw);
  frames.ask();
  vi.advanceTimersByTime(0);
  expect(draw).toHaveBeenCalledTimes(1);
  for (let change = 0; change < 100; change++) frames.ask();
  vi.advanceTimersByTime(49);
  expect(draw).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(draw).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1_000);
  expect(draw).toHaveBeenCalledTimes(2);
});

test("a frame that takes long is followed by a pause three times as long", () => {
  const draw = vi.fn(() => void vi.advanceTimersByTime(100));
  const frames = new Frames(draw);
  frames.ask();
  vi.advanceTimersByTime(0);
  frames.ask();
  vi.advanceTimersByTime(299);
  expect(draw).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(draw).toHaveBeenCalledTimes(2);
});

test("after the end nothing is drawn, not even what was asked for before", () => {
  const draw = vi.fn();
  const frames = new Frames(draw);
  frames.ask();
  frames.stop();
  frames.ask();
  vi.advanceTimersByTime(1_000);
  expect(draw).not.toHaveBeenCalled();
  const drawn = new Frames(draw);
  drawn.ask();
  vi.advanceTimersByTime(0);
  drawn.stop();
  drawn.ask();
  vi.advanceTimersByTime(1_000);
  expect(draw).toHaveBeenCalledTimes(1);
});
