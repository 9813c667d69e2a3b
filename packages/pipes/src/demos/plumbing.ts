import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineDemo } from "@ipc-playground/lab-kit";
import { openPipe } from "@ipc-playground/pipes";

const FILES = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu"];

export default defineDemo({
  name: "plumbing",
  title: "ls | wc -l, built by hand",
  claims: {
    counted: {
      says: "`ls | wc -l` takes no program but ls and wc: the shell only joins their descriptors.",
      expect: "holds",
      source: "pipe(2); The Linux Programming Interface, 44.4",
    },
    sameObject: {
      says: "The standard output of the one is the same kernel object as the standard input of the other.",
      expect: "holds",
      source: "pipe(7)",
    },
  },
  processes: {},
  async run({ program, scratch, claim, step }) {
    const folder = scratch();
    for (const name of FILES) writeFileSync(join(folder, name), "");

    step("A folder with 7 files. A pipe goes between ls and wc, and a second one brings the answer back.");
    const counted = (await plumb(["ls", folder], ["wc", "-l"])).trim();
    claim("counted", Number(counted) === FILES.length, `wc -l said ${counted} for ${FILES.length} files`);

    step("Now each program is asked what its own descriptor is.");
    const names = await plumb(["readlink", "/proc/self/fd/1"], ["sh", "-c", "cat; readlink /proc/self/fd/0"]);
    const [output, input] = names.split("\n");
    claim(
      "sameObject",
      output === input && /^pipe:\[\d+\]$/.test(output ?? ""),
      `stdout is ${output}, stdin is ${input}`,
    );

    /** What a shell does for `left | right`. Returns what `right` printed. */
    async function plumb(
      [left, ...leftArgs]: [string, ...string[]],
      [right, ...rightArgs]: [string, ...string[]],
    ) {
      using between = openPipe();
      using answer = openPipe();
      program(left, leftArgs, { stdout: between.writeEnd });
      const last = program(right, rightArgs, { stdin: between.readEnd, stdout: answer.writeEnd });
      // The shell's own copies go. With this write end open, wc would wait for ever for more.
      between.readEnd.close();
      between.writeEnd.close();
      answer.writeEnd.close();
      await last.exited();
      return Buffer.from(answer.readEnd.readToEnd()).toString();
    }
  },
});
