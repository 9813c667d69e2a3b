import { type ErrorCode, IpcError } from "@ipc-playground/contract";
import pc from "picocolors";

/** Exit statuses of every command. */
export const EXIT = {
  ok: 0,
  /** A claim came out other than expected, or something failed. */
  failed: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** 128 and the number of SIGINT: Ctrl-C. */
  interrupted: 130,
} as const;

const USAGE_ERRORS: ReadonlySet<ErrorCode> = new Set(["UNKNOWN_NAME", "BAD_USAGE"]);

/** Print an error as a person needs it, on stderr. Returns the exit status for it. */
export function complain(error: unknown): number {
  const { red, dim } = pc.createColors(usesColor(process.stderr));
  if (!(error instanceof IpcError)) {
    console.error(red("This is a defect of the playground; please report it:"));
    console.error(error);
    return EXIT.failed;
  }
  console.error(`${red(capitalised(error.fact))}.`);
  console.error(`${capitalised(error.nextStep)}. ${dim(`[${error.code}]`)}`);
  return USAGE_ERRORS.has(error.code) ? EXIT.usage : EXIT.failed;
}

/** Whether to colour what goes to this stream: a terminal, and nobody asked for none (https://no-color.org). */
export function usesColor(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR) return false;
  return stream.isTTY === true && process.env.TERM !== "dumb";
}

function capitalised(sentence: string): string {
  // A path or a command keeps its own spelling.
  return /^[a-z]+ /.test(sentence) ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : sentence;
}
