import { IpcError } from "@ipc-playground/contract";
import { type Command, CommanderError } from "commander";
import { complain, EXIT } from "./exit.ts";

/** Commands by their word. Each is loaded when it is asked for: `lab` need not wait for `bench`. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  lab: async () => (await import("./lab/command.ts")).labCommand(),
  bench: async () => (await import("./bench/command.ts")).benchCommand(),
  chat: async () => (await import("./chat/command.ts")).chatCommand(),
};

// A reader that has seen enough (`pnpm lab pipe | head -1`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

try {
  const [word = "", ...rest] = process.argv.slice(2);
  const make = COMMANDS[word];
  if (make === undefined) {
    throw new IpcError(
      "BAD_USAGE",
      `there is no command "${word}"`,
      `use one of: ${Object.keys(COMMANDS).join(", ")}`,
    );
  }
  const command = await make();
  await strict(command).parseAsync(rest, { from: "user" });
} catch (error) {
  process.exitCode = exitFor(error);
}

/** Have commander throw instead of ending the process, so that every error ends in one place. */
function strict(command: Command): Command {
  command.exitOverride();
  for (const inner of command.commands) strict(inner);
  return command;
}

function exitFor(error: unknown): number {
  // Help and version are thrown too, with 0; what else commander throws it has already printed.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  return complain(error);
}
