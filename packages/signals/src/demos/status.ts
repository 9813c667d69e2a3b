import { defineDemo } from "@ipc-playground/lab-kit";
import { read } from "@ipc-playground/libc";
import { signalNumber } from "@ipc-playground/signals";
import { Gate } from "./signalling.ts";

const SIGTERM = signalNumber("SIGTERM");
const SIGKILL = signalNumber("SIGKILL");

export default defineDemo({
  name: "status",
  title: "Exit status 128 + n",
  claims: {
    shell: {
      says: "A shell shows 128 + n as the status of a program that signal n ended.",
      expect: "holds",
      source: "sh(1p), Exit status for commands; bash(1)",
    },
    kernel: {
      says: "The kernel reports a death by signal as exit status 128 + n.",
      expect: "refuted",
      source: "wait(2): WIFEXITED or WIFSIGNALED, never both",
    },
    proof: {
      says: "A status over 128 proves that a signal ended the program.",
      expect: "refuted",
      source: "sh(1p): exit 143 is as good a status as any other",
    },
  },
  predict: {
    question: "A program calls exit(143). The shell shows 143. What was it ended by?",
    choices: ["SIGTERM: 143 is 128 + 15", "By itself", "The shell cannot show 143"],
    answer: 1,
    because: "128 + n is how a shell squeezes two answers into one number. Only wait(2) keeps them apart.",
  },
  processes: {},
  async run({ program, claim, step, log }) {
    step("A shell runs programs that end in different ways, and prints $? after each.");
    const kills = await shell(
      "sh -c 'kill -TERM $$'; echo $?; sh -c 'kill -KILL $$'; echo $?; sh -c 'exit 143'; echo $?",
    );
    const [term, kill, exit] = kills.map(Number);
    log.event("look", {
      result: `$? was ${term}, ${kill}, ${exit}`,
      note: "kill -TERM, kill -KILL, exit 143.",
    });
    claim(
      "shell",
      term === 128 + SIGTERM && kill === 128 + SIGKILL,
      `SIGTERM (${SIGTERM}): ${term}; SIGKILL (${SIGKILL}): ${kill}`,
    );
    claim("proof", exit !== term, `exit 143 gave ${exit}, and SIGTERM gave ${term}`);

    step("The same program without a shell around it.");
    const victim = program("sh", ["-c", "kill -TERM $$"], { as: "victim" });
    const { code, signal } = await victim.exited();
    claim(
      "kernel",
      code === 128 + SIGTERM,
      `wait(2) says: exit status ${code ?? "none"}, signal ${signal ?? "none"}`,
    );

    /** The lines that a shell prints. */
    async function shell(script: string): Promise<string[]> {
      using answer = new Gate();
      const { readEnd, writeEnd } = answer;
      const sh = program("sh", ["-c", script], { stdout: writeEnd, as: "shell" });
      answer.close(writeEnd);
      await sh.exited();
      const buffer = Buffer.alloc(256);
      const bytes = read(readEnd, buffer);
      return buffer.toString("utf8", 0, Math.max(0, bytes)).trim().split("\n");
    }
  },
});
