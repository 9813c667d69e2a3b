import { MODES, type Mode } from "@ipc-playground/bench-kit";
import { type BenchResult, encodeSamples, PLACEMENTS, seededRandom } from "@ipc-playground/bench-kit/run";
import { madeResult } from "@ipc-playground/bench-kit/suites";

type Launch = BenchResult["launches"][number];

export const ALL_MECHANISMS = [
  "pipe",
  "fifo",
  "signal",
  "rtsignal",
  "sysv-mq",
  "posix-mq",
  "shm-slot",
  "shm-ring",
  "shm-ring-1",
  "sysv-sem",
  "posix-sem",
  "futex",
  "eventfd",
  "tcp-nodelay",
  "tcp-nagle",
  "unix-stream",
  "unix-datagram",
  "seqpacket",
  "udp",
  "epoll",
  "process-send-json",
  "process-send-advanced",
  "worker-message",
  "worker-shared",
  "zeromq",
];
const WITHOUT_BYTES = ["signal", "rtsignal", "sysv-sem", "posix-sem", "futex", "eventfd"];
export const ALL_SIZES = [64, 100, 1024, 4096, 65_536, 1_048_576];
const SLOWEST_NS: Record<Mode, number> = { spin: 300, hybrid: 900, blocking: 9_000, "event-loop": 22_000 };

export interface Made {
  mechanisms?: readonly string[];
  modes?: readonly Mode[];
  sizes?: readonly number[];
  placements?: BenchResult["plan"]["placements"];
  runs?: number;
  load?: boolean;
  seed?: number;
}

/** A result that nobody measured, the same for the same arguments: each mechanism slower than the one before. */
export function made({
  mechanisms = ["pipe", "shm-slot", "udp"],
  modes = ["blocking", "event-loop"],
  sizes = [100, 65_536],
  placements = ["two-cores"],
  runs = 3,
  load = false,
  seed = 1,
}: Made = {}): BenchResult {
  const random = seededRandom(seed);
  const launches: Launch[] = [];
  for (const [rank, mechanism] of mechanisms.entries()) {
    for (const size of WITHOUT_BYTES.includes(mechanism) ? [0] : sizes) {
      for (const placement of size === 100 || size === 0 ? placements : placements.slice(0, 1)) {
        for (let block = 0; block < runs; block++) {
          for (const by of [...modes, "c"] as const) {
            const base = SLOWEST_NS[by === "c" ? (modes[0] ?? "blocking") : by] * (by === "c" ? 0.9 : 1);
            const slower = 1 + rank / 8 + size / 20_000 + 4 * PLACEMENTS.indexOf(placement);
            const ns = base * slower * (0.95 + random() / 10);
            launches.push(
              launchOf(
                { mechanism, by, size, placement, block, order: launches.length },
                ns,
                random,
                load && size === 100,
              ),
            );
          }
        }
      }
    }
  }
  return resultOf(launches, { sizes, placements, mechanisms, modes, runs, seed });
}

type Place = Pick<Launch, "mechanism" | "by" | "size" | "placement" | "block" | "order">;

function launchOf(place: Place, ns: number, random: () => number, load: boolean): Launch {
  const usage = { cpuMicros: Math.round(ns / 2), voluntarySwitches: 2000, involuntarySwitches: 1 };
  const timed = (each: number) => ({ messages: 1000, ns: each * 1000, usage: { a: usage, b: usage } });
  const samples = (most: number, count: number) =>
    encodeSamples(Array.from({ length: count }, () => Math.round(most * (1 + 0.08 / (1.0005 - random())))));
  return {
    ...place,
    cpus: { a: [0], b: [1] },
    measured: {
      latency: { ...timed(ns), histogram: samples(ns, 2000) },
      rate: timed(ns),
      throughput: timed(ns / 5),
    },
    ...(load && {
      load: [1_000, 5_000, 20_000, 50_000, 100_000].map((perSecond) => {
        const share = (perSecond * ns) / 1e9;
        const queued = share < 1 ? 1 / (1 - share) : 200;
        const arrives = Math.min(perSecond, 1e9 / ns);
        return {
          offeredPerSecond: perSecond,
          messages: 1000,
          ns: (1000 / arrives) * 1e9,
          histogram: samples(ns * queued, 1000),
        };
      }),
    }),
  };
}

type Plan = Pick<BenchResult["plan"], "runs" | "seed"> & {
  sizes: readonly number[];
  placements: BenchResult["plan"]["placements"];
  mechanisms: readonly string[];
  modes: readonly Mode[];
};

function resultOf(
  launches: Launch[],
  { sizes, placements, mechanisms, modes, runs, seed }: Plan,
): BenchResult {
  const made = madeResult(launches, {
    sessions: [
      { startedAt: "2024-05-06T07:08:09.000Z", seconds: 61, commandLine: ["pnpm", "bench", "--full"] },
    ],
    plan: {
      seed,
      runs,
      warmMs: 100,
      timedMs: 50,
      sizes: [...sizes],
      placements,
      mechanisms: [...mechanisms],
      modes: [...modes],
    },
    controls: [{ name: "timer", size: null, ns: 50 }],
  });
  return { ...made, machine: { ...made.machine, commit: "0123abc" } };
}

/** Everything that there may be in one result. */
export function madeFull(): BenchResult {
  return made({
    mechanisms: ALL_MECHANISMS,
    modes: MODES,
    sizes: ALL_SIZES,
    placements: [...PLACEMENTS],
    runs: 5,
    load: true,
  });
}

/** Results as a report takes them; they are called 1, 2, 3. */
export function named(...results: BenchResult[]) {
  return results.map((result, i) => ({ name: String(i + 1), result }));
}
