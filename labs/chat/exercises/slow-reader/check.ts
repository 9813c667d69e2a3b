import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { submitted } from "@ipc-playground/lab-kit/exercises";
import { Crowd, ROUND_BYTES } from "./crowd.ts";

type Submission = typeof import("./starter.ts");

const LIMIT_BYTES = 1 << 20;
const SOME_ROUNDS = 8;

export default defineExercise({
  name: "slow-reader",
  title: "One who does not read",
  hints: [
    "Who waits for whom? The loop waits for a client's 'drain', and everybody else waits for the loop. A broadcast must not wait for anybody.",
    "Without the wait, Node keeps what a client has not read: `socket.writableLength` says how much. That is what must not grow without end.",
    "write() has returned false: that is no reason to cut anybody. Only `writableLength > limitBytes` is. destroy() lets go of what is queued; end() would wait until it has been read.",
  ],
  processes: {
    async server(context) {
      const { serve } = await submitted<Submission>(context, "serve");
      const port = await serve({ limitBytes: context.number("limitBytes") });
      writeFileSync(`${context.text("portFile")}.new`, String(port));
      renameSync(`${context.text("portFile")}.new`, context.text("portFile"));
    },
  },
  schedules: {
    fast: {
      says: "Everybody reads, and gets all lines in order.",
      run: (context) => gathered(context, (crowd) => crowd.rounds(SOME_ROUNDS)),
    },
    stands: {
      says: "One reads nothing at all. The others get every line.",
      run: (context) =>
        gathered(context, async (crowd) => {
          crowd.stall();
          while (crowd.isBenIn && crowd.waiting <= 2 * LIMIT_BYTES) await crowd.rounds(1);
          await crowd.rounds(SOME_ROUNDS);
        }),
    },
    catchesUp: {
      says: "One stops reading until half of the limit waits for it, and reads on; and again. It misses nothing.",
      run: (context) =>
        gathered(context, async (crowd) => {
          for (const _ of ["once", "again"]) {
            crowd.stall();
            for (let waited = 0; waited < LIMIT_BYTES / 2; waited = crowd.waiting) {
              await crowd.rounds(1);
              context.require(
                crowd.isBenIn,
                `ben read nothing for a while, and was cut off: ${waited} bytes waited for him a moment before, and ${LIMIT_BYTES} may`,
              );
            }
            crowd.readOn();
            await crowd.rounds(1);
          }
        }),
    },
    bounded: {
      says: "One reads nothing at all. No more than the limit waits for it: then it is cut off.",
      run: (context) =>
        gathered(context, async (crowd) => {
          crowd.stall();
          while (crowd.isBenIn) {
            await crowd.rounds(1);
            // At most the last round came since he had to be cut off.
            const isTooMuch = crowd.waiting > LIMIT_BYTES + ROUND_BYTES;
            context.require(
              !isTooMuch || !crowd.isBenIn,
              `ben reads nothing, and is still connected: ${crowd.waiting} of the ${crowd.said} bytes that were said are not in the kernel, and ${LIMIT_BYTES} may wait for him`,
            );
          }
          await crowd.rounds(SOME_ROUNDS);
        }),
    },
  },
  starter: {
    schedule: "stands",
    observed:
      /^ben reads nothing; of \d+ bytes that were said cleo has \d+, dan has \d+, and no more comes \(server is asleep/,
  },
  wrong: {
    "awaits-all": { schedule: "stands", observed: /^ben reads nothing; of \d+ bytes .* and no more comes/ },
    "skips-the-full": {
      schedule: "catchesUp",
      observed:
        /^ben was behind, and reads on; (ben heard line \d+ where|of \d+ bytes that were said ben has)/,
    },
    "cuts-at-once": {
      schedule: "catchesUp",
      observed: /^ben read nothing for a while, and was cut off: \d+ bytes waited/,
    },
    "no-bound": {
      schedule: "bounded",
      observed: /^ben reads nothing, and is still connected: \d+ of the \d+ bytes/,
    },
    "own-queue": { schedule: "bounded", observed: /^ben reads nothing, and is still connected: \d+ of the/ },
    "ends-politely": {
      schedule: "bounded",
      observed: /^ben reads nothing, and is still connected: \d+ of the/,
    },
  },
});

type Context = ExerciseContext<"server">;

/** Everybody is in; then what the schedule says. */
async function gathered(context: Context, play: (crowd: Crowd) => Promise<void>): Promise<void> {
  const portFile = join(context.scratch(), "port");
  const server = context.start("server", { args: { portFile, limitBytes: LIMIT_BYTES } });
  const port = await context.until(() => existsSync(portFile) && Number(readFileSync(portFile, "utf8")), {
    what: "serve() to resolve with a port",
  });
  using crowd = await Crowd.of(context, server, port);
  // Who has heard something is in for certain.
  await crowd.rounds(1);
  await play(crowd);
}
