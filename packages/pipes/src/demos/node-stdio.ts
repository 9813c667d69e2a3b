import { spawn } from "node:child_process";
import { once } from "node:events";
import { defineDemo } from "@ipc-playground/lab-kit";
import { openPipe } from "@ipc-playground/pipes";

/** A program that says what its standard output is, on its standard output. */
const SAYS_ITS_STDOUT = ["readlink", "/proc/self/fd/1"] as const;

export default defineDemo({
  name: "node-stdio",
  title: 'What Node\'s stdio: "pipe" really is',
  claims: {
    isPipe: {
      says: 'spawn() with stdio: "pipe" joins parent and child with a pipe.',
      expect: "refuted",
      source: "libuv, uv_spawn: socketpair(2)",
    },
    realPipe: {
      says: "A real pipe can be handed to a child by its descriptor.",
      expect: "holds",
      source: "Node.js, child_process: options.stdio",
    },
  },
  processes: {},
  async run({ program, claim, log, step }) {
    step('Node\'s own way: spawn(…, { stdio: "pipe" }).');
    const [command, ...args] = SAYS_ITS_STDOUT;
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await once(child, "close");
    const nodes = said.trim();
    log.event("spawn", { object: nodes, note: "A pair of connected sockets, which carry bytes both ways." });
    claim("isPipe", nodes.startsWith("pipe:"), `the child's stdout is ${nodes}`);

    step("The kernel's way: a pipe of our own, and its descriptor in stdio.");
    using pipe = openPipe();
    const real = program(command, args, { stdout: pipe.writeEnd });
    pipe.writeEnd.close();
    await real.exited();
    const name = Buffer.from(pipe.readEnd.readToEnd()).toString().trim();
    claim(
      "realPipe",
      name === pipe.readEnd.name,
      `the child's stdout is ${name}, ours is ${pipe.readEnd.name}`,
    );
  },
});
