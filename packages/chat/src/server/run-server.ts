import { once } from "node:events";
import { addressText, onStop, Prompt } from "@ipc-playground/sockets";
import type { ChatServer } from "./chat-server.ts";
import { OperatorConsole } from "./console.ts";
import { type ChatServerOptions, serveChat } from "./serve-chat.ts";

export interface RunServerOptions extends ChatServerOptions {
  /** Port of the figures, on loopback. 0: the kernel finds one. */
  metrics?: number;
  /** Milliseconds after which people are told to come back when the server stops. Default: 0, they are not. */
  backInMs?: number;
}

/**
 * Run a server until SIGINT, SIGTERM or the operator's `shutdown`: then in good order. A second signal ends it
 * at once. Prints where it listens; a terminal gets the operator's console.
 *
 * @throws {IpcError} what {@link serveChat} throws.
 */
export async function runServer(options: RunServerOptions): Promise<void> {
  const server = await serveChat(options);
  const metrics = options.metrics === undefined ? undefined : await figuresOf(server, options.metrics);
  const over = new AbortController();
  const stop = () => over.abort();
  const prompt = new Prompt("chat> ");
  const { host, port } = server.address;
  prompt.print(greeting(host, port, options.tls !== undefined));
  if (metrics !== undefined) prompt.print(`figures at http://127.0.0.1:${metrics.port}/metrics`);
  using operator = new OperatorConsole(server, stop);
  prompt.lines.on("line", (line) => {
    const text = operator.answer(line);
    if (text !== "") prompt.print(text);
    if (!over.signal.aborted) prompt.ask();
  });
  prompt.lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  // A server whose input is at its end (a service's is) goes on; Ctrl-D at a terminal says "stop".
  prompt.lines.on("close", () => prompt.terminal && stop());
  onStop(stop);
  prompt.ask();
  if (!over.signal.aborted) await once(over.signal, "abort");
  prompt.close();
  process.stdin.destroy();
  console.log(`stopping: ${server.sessionCount} connections have ${server.limits.flushMs / 1_000} s`);
  const { ended, cut } = await server.drain({ backInMs: options.backInMs ?? 0 });
  metrics?.close();
  console.log(`stopped: ${ended} ended, ${cut} cut`);
}

/** Loaded only if they are wanted. */
async function figuresOf(server: ChatServer, port: number): Promise<{ port: number; close: () => void }> {
  const { serveMetrics } = await import("./metrics.ts");
  return serveMetrics(server, port);
}

function greeting(host: string, port: number, tls: boolean): string {
  const where = addressText({ host, port });
  const scope = isLoopback(host)
    ? "for this machine alone; --host 0.0.0.0 lets others in"
    : "for everybody who can reach it";
  const plain = tls ? `openssl s_client -quiet -connect ${where}` : `nc ${host} ${port}`;
  return [
    `listening at ${where}, ${scope}`,
    `  pnpm chat join ${where}${tls ? " --tls" : ""} --nick NAME`,
    `  ${plain}                # a nickname is the first line`,
    "help lists the operator's commands; Ctrl-C stops it in good order",
  ].join("\n");
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1" || host === "localhost";
}
