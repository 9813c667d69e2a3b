import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { openPipe, WriteEnd } from "@ipc-playground/pipes";

export default defineDemo({
  name: "broken",
  title: "Nobody reads any more: SIGPIPE and EPIPE",
  claims: {
    epipe: {
      says: "A write to a pipe that nobody can read fails with EPIPE.",
      expect: "holds",
      source: "pipe(7), write(2)",
    },
    sigpipe: {
      says: "A program that does not look at errors is ended by SIGPIPE.",
      expect: "holds",
      source: "pipe(7), signal(7)",
    },
    atClose: {
      says: "A writer is told at once when the last reader closes.",
      expect: "refuted",
      source: "pipe(7): told at its next write",
    },
  },
  predict: {
    question: "`yes` prints y for ever. In `yes | head -1`, head reads one line and exits. What ends yes?",
    choices: ["Nothing, it runs on", "A signal, at its next write", "The shell kills it"],
    answer: 1,
    because:
      "Its next write finds no reader left. The kernel sends SIGPIPE, which ends a program that did not ask otherwise.",
  },
  processes: {
    /** Writes pages until it cannot. */
    writer({ fd, log }) {
      using output = new WriteEnd(fd("out"));
      try {
        for (;;) log.call("write", output.name, () => output.write(new Uint8Array(4_096)));
      } catch (error) {
        if (error instanceof IpcError) return error.errno;
        throw error;
      }
    },
  },
  async run({ start, program, claim, step, log, until }) {
    {
      using pipe = openPipe();
      const writer = start("writer", { fds: { out: pipe.writeEnd } });
      pipe.writeEnd.close();
      await writer.asleep({ in: "write" });
      step("The writer has filled the pipe and sleeps in write. Now the last reader goes.");
      log.event("close", {
        object: pipe.readEnd.name,
        note: "The last read end. The sleeping write wakes up and fails; Node ignores SIGPIPE, so it sees the error.",
      });
      pipe.readEnd.close();
      const errno = await writer.result();
      claim("epipe", errno === "EPIPE", `write failed with ${errno}`);
    }

    step("yes(1) does not ignore SIGPIPE.");
    {
      using pipe = openPipe();
      const yes = program("yes", [], { stdout: pipe.writeEnd });
      pipe.writeEnd.close();
      await until(() => pipe.readEnd.readableNow(), { what: "yes to write" });
      log.event("close", { object: pipe.readEnd.name });
      pipe.readEnd.close();
      const exit = await yes.exited();
      claim(
        "sigpipe",
        exit.signal === "SIGPIPE",
        `yes was ended by ${exit.signal ?? `itself, with status ${exit.code}`}`,
      );
    }

    step("sleep(1) holds a write end too, but never writes.");
    {
      using pipe = openPipe();
      const quiet = program("sleep", ["600"], { stdout: pipe.writeEnd });
      pipe.writeEnd.close();
      pipe.readEnd.close();
      await until(() => /asleep/.test(quiet.whereabouts()), { what: "sleep to sleep" });
      claim("atClose", !quiet.running, `the reader is gone, and sleep is ${quiet.whereabouts()}`);
      quiet.kill("SIGKILL");
    }
  },
});
