import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { capacity, maxCapacityBytes, openPipe, type Pipe, setCapacity } from "@ipc-playground/pipes";

export default defineDemo({
  name: "capacity",
  title: "How much a pipe holds, and how to change it",
  claims: {
    fixed: {
      says: "A pipe's capacity is 4 to 64 KiB, and fixed.",
      expect: "refuted",
      source: "fcntl(2), F_SETPIPE_SZ, since Linux 2.6.35",
    },
    rounded: {
      says: "You get exactly the capacity that you ask for.",
      expect: "refuted",
      source: "fcntl(2): rounded up to a power of two of pages",
    },
    keepsBytes: {
      says: "A pipe cannot be made smaller than what is in it.",
      expect: "holds",
      source: "fcntl(2): EBUSY",
    },
  },
  processes: {},
  async run({ claim, log, step }) {
    using pipe = openPipe();
    const { writeEnd } = pipe;
    const born = capacity(writeEnd);
    log.event("fcntl F_GETPIPE_SZ", { object: writeEnd.name, result: `${born}` });

    step("Ask for other sizes.");
    const max = maxCapacityBytes();
    const ask = (bytes: number) =>
      Number(log.call(`fcntl F_SETPIPE_SZ ${bytes}`, writeEnd.name, () => `${setCapacity(writeEnd, bytes)}`));
    const largest = ask(max);
    const smallest = ask(1);
    claim(
      "fixed",
      largest === born && smallest === born,
      `new: ${born}; then ${largest}, then ${smallest} bytes`,
    );
    const given = ask(100_000);
    claim("rounded", given === 100_000, `asked for 100000 bytes, got ${given}`);

    step("Fill it, and try to make it smaller.");
    writeEnd.write(new Uint8Array(20_000));
    const refusal = refusedBy(pipe, 4_096);
    log.event("fcntl F_SETPIPE_SZ 4096", { object: writeEnd.name, errno: refusal });
    claim(
      "keepsBytes",
      refusal === "EBUSY" && capacity(writeEnd) === given,
      `with 20000 bytes inside, 4096 was refused with ${refusal}; it still holds ${capacity(writeEnd)}`,
    );
  },
});

/** The errno with which the kernel refuses that capacity, or `"nothing"`. */
function refusedBy(pipe: Pipe, bytes: number): string {
  try {
    setCapacity(pipe.writeEnd, bytes);
    return "nothing";
  } catch (error) {
    return (error instanceof IpcError && error.errno) || String(error);
  }
}
