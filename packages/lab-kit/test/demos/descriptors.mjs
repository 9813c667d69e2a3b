import { defineDemo } from "@ipc-playground/lab-kit";
import { openDescriptors, pipe2 } from "@ipc-playground/libc";

export default defineDemo({
  name: "descriptors",
  title: "What a process is given",
  claims: {
    exact: {
      says: "A process has the pipe ends it was handed, and no other.",
      expect: "holds",
      source: "test",
    },
  },
  processes: {
    one: ({ fd }) => ({ fd: fd("in"), all: openDescriptors(process.pid) }),
  },
  async run({ start, claim }) {
    const [readEnd, writeEnd] = pipe2();
    const ours = openDescriptors(process.pid).find((open) => open.fd === readEnd).target;
    const { fd, all } = await start("one", { fds: { in: readEnd } }).result();
    const held = all.filter((open) => open.target === ours);
    claim("exact", held.length === 1 && held[0].fd === fd && writeEnd > 0, JSON.stringify(held));
  },
});
