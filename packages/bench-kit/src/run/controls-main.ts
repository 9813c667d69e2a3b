/** Measures, in a process of its own, what a message costs before any mechanism is involved. */
import { bind } from "@ipc-playground/libc";
import { SAMPLED } from "../payload.ts";
import { now } from "../side/clock.ts";
import type { Control } from "./result.ts";

const sizes = JSON.parse(process.argv[2] ?? "[]") as number[];
const getppid = bind<() => number>("pid_t getppid()");

/** Each loop runs at least this long, in nanoseconds, after one of the same length as warm-up. */
const LEAST_NS = 10_000_000;

async function nsPerTurn(loop: (turns: number) => void | Promise<void>): Promise<number> {
  for (let turns = 16, warm = false; ; turns *= 4) {
    const before = now();
    await loop(turns);
    const ns = Number(now() - before);
    if (ns < LEAST_NS) continue;
    if (warm) return ns / turns;
    warm = true;
    turns /= 4;
  }
}

function repeat(body: (i: number) => void): (turns: number) => void {
  return (turns) => {
    for (let i = 0; i < turns; i++) body(i);
  };
}

function eventLoopTurns(turns: number): Promise<void> {
  return new Promise((resolve) => {
    let left = turns;
    const turn = () => (--left > 0 ? setImmediate(turn) : resolve());
    setImmediate(turn);
  });
}

const controls: Control[] = [];

async function control(
  name: Control["name"],
  size: number | null,
  loop: (turns: number) => void | Promise<void>,
) {
  controls.push({ name, size, ns: await nsPerTurn(loop) });
}

await control(
  "timer",
  null,
  repeat(() => void now()),
);
await control(
  "bare system call",
  null,
  repeat(() => void getppid()),
);
await control("event-loop turn", null, eventLoopTurns);
for (const size of sizes) {
  const message = Buffer.alloc(size);
  const copy = Buffer.alloc(size);
  const fillAndVerify = (i: number) => {
    SAMPLED.fill(message, i);
    SAMPLED.verify(message, i);
  };
  await control("null", size, repeat(fillAndVerify));
  await control(
    "copy-only",
    size,
    repeat(() => copy.set(message)),
  );
}
process.stdout.write(JSON.stringify(controls));
