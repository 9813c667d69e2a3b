import { IpcError } from "@ipc-playground/contract";

/** Run a program: an {@link IpcError} is printed in plain words, and becomes the exit status. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof IpcError)) throw error;
    console.error(plain(error));
    process.exitCode = error.code === "BAD_USAGE" ? 2 : 1;
  }
}

/** `Nobody listens at 127.0.0.1:5000. Start the server, or check the port. [CONNECTION_REFUSED]` */
export function plain({ fact, nextStep, code }: IpcError): string {
  const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  return `${sentence(fact)} ${sentence(nextStep)} [${code}]`;
}

/** Call back on the first SIGINT or SIGTERM. The second ends the process at once. */
export function onStop(stop: (signal: NodeJS.Signals) => void): void {
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(signal === "SIGINT" ? 130 : 143);
      asked = true;
      stop(signal);
    });
  }
}

/** @throws {IpcError} BAD_USAGE: fewer or more than that. */
export function argumentsOf(usage: string, least: number, most: number): string[] {
  const given = process.argv.slice(2);
  if (given.length >= least && given.length <= most && !given.some((text) => text.startsWith("--")))
    return given;
  throw new IpcError("BAD_USAGE", "the program was called in another way than it can be", `usage: ${usage}`);
}
