import { loadBench } from "@ipc-playground/bench-kit/run";
import { runOnce } from "@ipc-playground/bench-kit/suites";
import { expect, test } from "vitest";

/** The default SO_SNDBUF of Linux, less what the kernel keeps for itself; other systems may have set it. */
const UNBOUNDED = 1_048_576;

const benches = [
  { module: "tcp-bench", mechanism: "tcp-nodelay", bounded: false },
  { module: "tcp-nagle-bench", mechanism: "tcp-nagle", bounded: false },
  { module: "unix-bench", mechanism: "unix-stream", bounded: false },
  { module: "unix-datagram-bench", mechanism: "unix-datagram", bounded: true },
  { module: "seqpacket-bench", mechanism: "seqpacket", bounded: true },
  { module: "udp-bench", mechanism: "udp", bounded: true },
  { module: "epoll-bench", mechanism: "epoll", bounded: false, modes: ["blocking"] },
];

test.each(benches)(
  "the $mechanism benchmark runs right in all its modes up to the limit, refuses more, and leaves nothing behind",
  async ({ module, mechanism, bounded, modes = ["blocking", "event-loop"] }) => {
    const loaded = await loadBench(import.meta.resolve(`@ipc-playground/sockets/${module}`));
    const most = loaded.bench.maxMessageBytes?.() ?? UNBOUNDED;
    const sizes = [1, 5, 100, most];
    const result = await runOnce(loaded, bounded ? [...sizes, most + 1] : sizes);
    const refused = `one message of ${mechanism} may have ${most} bytes here, and ${most + 1} were asked for`;
    for (const { reason } of result.failures) expect(reason).toBe(refused);
    const failed = result.failures.filter(({ by }) => by !== "c");
    expect(failed.map(({ by }) => by).toSorted()).toEqual(bounded ? modes : []);
    const rows = result.launches.filter(({ by }) => by !== "c");
    expect(rows.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(
      modes.flatMap((mode) => sizes.map((size) => `${mode} ${size}`)).toSorted(),
    );
    // What one way may lose is not measured one way.
    const measures = mechanism === "udp" ? [20, 20] : [20, 20, 20];
    for (const { measured } of result.launches) {
      expect(Object.values(measured).map(({ messages }) => messages)).toEqual(measures);
    }
  },
);
