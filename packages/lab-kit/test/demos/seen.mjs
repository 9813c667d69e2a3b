import { defineDemo } from "@ipc-playground/lab-kit";

export default defineDemo({
  name: "seen",
  title: "A process that is told of",
  claims: { own: { says: "Its result is its own.", expect: "holds", source: "this test" } },
  processes: { watched: () => 7 },
  async run({ start, claim, log }) {
    const watched = start("watched");
    await watched.exited();
    log.seen({ t: 1, pid: watched.pid, process: watched.name, op: "SYN", result: "seq 0" });
    const result = await watched.result();
    claim("own", result === 7, `the process returned ${result}`);
  },
});
