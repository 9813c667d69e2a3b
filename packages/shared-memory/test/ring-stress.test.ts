import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ringFile, startSide, WAITINGS } from "./ring-processes.ts";

/** The whole of it, `pnpm stress` in this package: 10 million frames in each way to wait, 50 kills. */
const FRAMES = Number(process.env.RING_STRESS_FRAMES ?? 300_000);
const KILLS = Number(process.env.RING_STRESS_KILLS ?? 9);

/** Small, so that both sides wait all the time; and one in which they hardly do. */
const CAPACITIES = [4096, 262_144];
const STRESS_MS = 30_000 + FRAMES / 20;

describe.each(WAITINGS)("%s", (wait) => {
  test(
    `${FRAMES} frames come whole and in order, through a small ring and a large one`,
    async () => {
      for (const capacity of CAPACITIES) {
        const file = ringFile(capacity);
        // Nobody looks again by itself before the test is over: a wake-up that is lost is a hang.
        const sides = [
          startSide(file, "reader", wait, { askEveryMs: STRESS_MS }),
          startSide(file, "writer", wait, { askEveryMs: STRESS_MS, frames: FRAMES / 2 }),
        ];
        const [read, written] = await Promise.all(sides.map(({ result }) => result));
        expect(written).toEqual({ frames: 0 });
        expect(read).toEqual({ frames: FRAMES / 2 });
      }
    },
    STRESS_MS,
  );
});

/** A killed peer is noticed within 50 ms, plus what a machine under load takes. */
const NOTICED_MS = 10_000;

test(
  `whichever side is killed, whenever, in ${KILLS} rounds: the other says so and never hangs`,
  async () => {
    for (let round = 0; round < KILLS; round++) {
      const wait = WAITINGS[round % WAITINGS.length] as string;
      const file = ringFile(CAPACITIES[round % 2] as number);
      const sides = [
        startSide(file, "reader", wait),
        startSide(file, "writer", wait, { frames: "endless" }),
      ] as const;
      await Promise.all(sides.map(({ ready }) => ready));
      await setTimeout(Math.random() * 30);
      const [victim, survivor] = Math.random() < 0.5 ? sides : ([sides[1], sides[0]] as const);
      victim.child.kill("SIGKILL");
      const said = await Promise.race([survivor.result, setTimeout(NOTICED_MS, "hangs" as const)]);
      expect(said, `round ${round}, ${wait}`).toMatchObject({ error: "PEER_DIED" });
      file.close();
    }
  },
  KILLS * 12_000,
);
