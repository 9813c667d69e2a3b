import { plain } from "@ipc-playground/sockets";
import type { Chat } from "./client.ts";
import { harmlessText } from "./harmless.ts";
import { PlainClient } from "./plain.ts";
import { type Ending, ScreenClient } from "./screen-client.ts";

export interface JoinOptions {
  client: Chat;
  /** Where the server is, as it is shown: `127.0.0.1:8080`. */
  server: string;
  /** Lines even where there is a terminal. */
  plain?: boolean;
}

/** Exit statuses of a program that died of a signal: 128 and its number. */
const SIGNAL_STATUS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Hold a conversation on this process's terminal: a screen where stdin and stdout are one, lines where they are
 * not. Resolves with the exit status when it is over. Call it in the turn in which the client is made: it is to miss
 * nothing that the client tells.
 */
export async function joinChat({ client, server, plain: asLines = false }: JoinOptions): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const terminal = stdin.isTTY === true && stdout.isTTY === true;
  if (asLines || !terminal || process.env.TERM === "dumb") {
    return new PlainClient({ client, input: stdin, output: stdout, notices: stderr, terminal }).run();
  }
  // React's other build measures everything it does, and keeps it for ever.
  process.env.NODE_ENV ??= "production";
  const colored = !process.env.NO_COLOR;
  return report(await new ScreenClient({ client, server, input: stdin, output: stdout, colored }).run());
}

/** On the terminal as it was before: why it is over, if nobody wanted that, and what was not said. */
function report({ error, signal, unsaid }: Ending): number {
  if (error !== undefined) console.error(harmlessText(plain(error)));
  if (unsaid.length > 0) {
    console.error("The server did not acknowledge this; others may not have seen it:");
    for (const text of unsaid) console.error(`  ${text}`);
  }
  if (signal !== undefined) return SIGNAL_STATUS[signal] ?? 1;
  return error === undefined ? 0 : 1;
}

export type { Chat } from "./client.ts";
