import { closeSync, openSync, readSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { allPids, openDescriptors } from "@ipc-playground/libc";
import { openPipe, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

export default defineDemo({
  name: "stranger",
  title: "An anonymous pipe is not as private as its name",
  claims: {
    relatedOnly: {
      says: "Only processes that inherited an anonymous pipe can use it.",
      expect: "refuted",
      source: "proc_pid_fd(5); also unix(7), SCM_RIGHTS",
    },
    vanishes: {
      says: "An anonymous pipe vanishes with the last process that has it open.",
      expect: "holds",
      source: "pipe(7)",
    },
  },
  predict: {
    question: "A process that inherited nothing opens /proc/PID/fd/N of the pipe's owner. What does it get?",
    choices: ["EACCES, always", "A descriptor of the same pipe", "A new, empty pipe"],
    answer: 1,
    because:
      "/proc/PID/fd/N is not a text: opening it opens the pipe itself, if you may inspect that process.",
  },
  processes: {
    /** Has a secret in a pipe of its own, and waits to be found. */
    owner({ fd, log }) {
      using pipe = openPipe();
      pipe.writeEnd.write(Buffer.from("a secret"));
      log.event("pipe2", { object: pipe.readEnd.name });
      using tell = new WriteEnd(fd("tell"));
      tell.write(Buffer.from(`${pipe.readEnd.fd} ${pipe.readEnd.name}`));
      // Asleep until somebody ends it: nobody writes here.
      new ReadEnd(fd("never")).read(new Uint8Array(1));
    },
    stranger({ text, log }) {
      const inherited = (openDescriptors(process.pid) ?? []).filter(({ target }) => target === text("pipe"));
      const path = text("path");
      let fd: number;
      try {
        fd = log.call("open", path, () => ({ kind: "opened", fd: openSync(path, "r") })).fd;
      } catch (error) {
        return { inherited: inherited.length, refused: (error as NodeJS.ErrnoException).code };
      }
      const buffer = Buffer.alloc(64);
      const bytes = log.call("read", text("pipe"), () => readSync(fd, buffer));
      closeSync(fd);
      return { inherited: inherited.length, read: buffer.toString("utf8", 0, bytes) };
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using tell = openPipe();
    using never = openPipe();
    const owner = start("owner", { fds: { tell: tell.writeEnd, never: never.readEnd } });
    await until(() => tell.readEnd.readableNow(), { what: "the owner to tell its descriptor" });
    const buffer = new Uint8Array(100);
    const told = tell.readEnd.read(buffer);
    const [fd, pipe] = Buffer.from(buffer.subarray(0, told.kind === "bytes" ? told.bytes : 0))
      .toString()
      .split(" ");
    if (pipe === undefined) throw new IpcError("BAD_DEMO", "the owner told nothing", "run it again");

    step(
      "The owner made a pipe and gave it to nobody. The stranger knows its pid and the descriptor's number.",
    );
    const stranger = start("stranger", { args: { path: `/proc/${owner.pid}/fd/${fd}`, pipe } });
    const seen = await stranger.result<{ inherited: number; read?: string; refused?: string }>();
    if (seen.refused !== undefined)
      unavailable(
        "relatedOnly",
        `this system does not let us open /proc/PID/fd of another process: ${seen.refused}`,
      );
    else
      claim(
        "relatedOnly",
        seen.read === undefined,
        `the stranger inherited ${seen.inherited} of its descriptors, and read "${seen.read}"`,
      );

    step("Now the owner dies.");
    const before = holders(pipe);
    owner.kill("SIGKILL");
    await owner.exited();
    const after = holders(pipe);
    log.event("look", { object: pipe, result: `open in ${after} processes` });
    claim(
      "vanishes",
      before > 0 && after === 0,
      `${pipe} was open in ${before} process, then in ${after}; no path leads to it`,
    );
  },
});

/** In how many processes that we may inspect a pipe is open. */
function holders(pipe: string): number {
  return allPids().filter((pid) => openDescriptors(pid)?.some(({ target }) => target === pipe)).length;
}
