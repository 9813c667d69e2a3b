import { DEFAULT_PORT, LIMITS, type LimitName, type Limits } from "@ipc-playground/chat";
import { runServer } from "@ipc-playground/chat/server";
import { IpcError } from "@ipc-playground/contract";
import { pino } from "pino";
import { unknownName } from "../nearest.ts";
import { passwordFrom, textOf } from "./secrets.ts";

const LOG_LEVELS = ["info", "warn", "error"];

export interface ServeOptions extends Partial<Record<LimitName, number>> {
  port?: number;
  host?: string;
  name?: string;
  passwordFile?: string;
  tlsCert?: string;
  tlsKey?: string;
  exempt?: string;
  metrics?: number;
  backIn?: number;
  log?: string;
}

/** `pnpm chat serve`: ends when the server does. */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const { host, name, metrics, log = "warn" } = options;
  if (!LOG_LEVELS.includes(log)) throw unknownName("log level", log, LOG_LEVELS);
  const password = passwordFrom(options.passwordFile);
  const tls = tlsFrom(options);
  await runServer({
    port: options.port ?? DEFAULT_PORT,
    limits: limitsFrom(options),
    // stdout is the console's.
    logger: pino({ level: log }, pino.destination(2)),
    ...(host !== undefined && { host }),
    ...(name !== undefined && { name }),
    ...(metrics !== undefined && { metrics }),
    ...(options.backIn !== undefined && { backInMs: options.backIn * 1_000 }),
    ...(options.exempt !== undefined && { exempt: options.exempt.split(",") }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls }),
  });
}

function limitsFrom(options: ServeOptions): Partial<Limits> {
  const names = Object.keys(LIMITS) as LimitName[];
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

/** @throws {IpcError} BAD_USAGE: one without the other. FILE_UNREADABLE */
function tlsFrom({ tlsCert, tlsKey }: ServeOptions): { cert: string; key: string } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new IpcError(
      "BAD_USAGE",
      `--tls-${tlsCert === undefined ? "cert" : "key"} is missing`,
      "give both: a certificate, and the key that belongs to it",
    );
  }
  return { cert: textOf(tlsCert), key: textOf(tlsKey) };
}
