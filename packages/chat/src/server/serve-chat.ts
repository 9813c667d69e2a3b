import { createSecureContext, type SecureContext } from "node:tls";
import { IpcError } from "@ipc-playground/contract";
import { serve } from "@ipc-playground/sockets";
import type { Logger } from "pino";
import { DEFAULT_LIMITS, LIMITS, type LimitName, type Limits, SERVER_FRAME_BYTES } from "../limits.ts";
import { refusalLine } from "../protocol/refusal.ts";
import { Admission } from "./admission.ts";
import { ChatServer } from "./chat-server.ts";
import type { FrontDoor } from "./door.ts";
import { frameDoor } from "./frame-door.ts";
import { lineDoor } from "./line-door.ts";
import { Password } from "./password.ts";

export interface ChatServerOptions {
  /** Default: 127.0.0.1, for this machine alone. */
  host?: string;
  /** Default: 0, the kernel finds a free one. */
  port?: number;
  /** What the server calls itself. Default: `chat`. */
  name?: string;
  /** Nobody comes in without it. Default: none. */
  password?: string | undefined;
  /** Certificate and key, as PEM texts: everything goes over TLS then. */
  tls?: { cert: string; key: string } | undefined;
  /** Other than the defaults. */
  limits?: Partial<Limits>;
  /** Addresses or networks (`10.0.0.0/8`) of which more may come at once. Default: loopback. */
  exempt?: readonly string[] | undefined;
  /** The first that opens at a connection's first byte takes it. Default: frames, then lines. */
  doors?: readonly FrontDoor[];
  /** Default: nothing is logged. The text of a message never is. */
  logger?: Logger;
}

/** Less may wait for a reader without anybody looking. In bytes; Node 20's own mark. */
const HIGH_WATER_BYTES = 16_384;

/**
 * Run a chat server.
 *
 * @throws {IpcError} ADDRESS_IN_USE, NO_PERMISSION, BAD_ADDRESS, NAME_NOT_FOUND
 * @throws {IpcError} BAD_ARGUMENT: a limit is no limit; `exempt` has no address; the certificate or the key is none, or they do not belong together.
 */
export async function serveChat(options: ChatServerOptions = {}): Promise<ChatServer> {
  const limits = checked({ ...DEFAULT_LIMITS, ...options.limits });
  const { password, tls } = options;
  // The libraries of logs and figures take as long to load as Node itself: a client in a demo, which
  // imports this module with the demo, does without.
  const [{ pino }, { newHistograms }] = await Promise.all([import("pino"), import("./histograms.ts")]);
  const chat = new ChatServer({
    name: options.name ?? "chat",
    limits,
    doors: options.doors ?? [frameDoor, lineDoor],
    admission: new Admission(limits, options.exempt),
    password: password === undefined ? undefined : await Password.of(password),
    secureContext: tls === undefined ? undefined : contextOf(tls),
    histograms: newHistograms(),
    log: options.logger ?? pino({ level: "silent" }),
  });
  const tcp = await serve(chat.accept, {
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 0,
    maxConnections: limits.connections,
    // Who has ended its side is still answered: it may have said more than could be carried out at once.
    allowHalfOpen: true,
    // From here on it is looked at what waits for a reader: the limits are not to depend on Node's own mark.
    highWaterMark: Math.min(HIGH_WATER_BYTES, limits.softQueueBytes, limits.hardQueueBytes),
    // Of those who are in, their sessions take leave; this is for those who do not get in.
    farewell: (socket, why) => {
      if (why.code === "CONNECTION_LOST" || tls !== undefined) return;
      socket.write(refusalLine({ code: "SERVER_FULL", fact: why.fact, nextStep: why.nextStep }));
    },
  });
  chat.listensBy(tcp);
  return chat;
}

/** setTimeout() takes what is more for 1 ms. In milliseconds: 24 days. */
const MOST_MS = 2 ** 31 - 1;

/** How large a limit can be. */
function mostOf(name: LimitName): number {
  // A frame's length has 4 bytes, and the first of them is 0: it is what tells the doors apart.
  if (name === "frameBytes") return 0xff_ff_ff;
  // JSON may write it twice as long, and it has to fit into a frame of the server's with what goes with it.
  if (name === "textBytes") return SERVER_FRAME_BYTES / 4;
  return LIMITS[name].unit === "ms" ? MOST_MS : Number.POSITIVE_INFINITY;
}

function checked(limits: Limits): Limits {
  for (const [name, value] of Object.entries(limits) as [LimitName, number][]) {
    const most = mostOf(name);
    if (value > 0 && value <= most) continue;
    throw new IpcError(
      "BAD_ARGUMENT",
      `the limit ${name} cannot be ${value}`,
      `give a number over 0${most < Number.POSITIVE_INFINITY ? `, and at most ${most}` : ""}`,
    );
  }
  return limits;
}

function contextOf({ cert, key }: { cert: string; key: string }): SecureContext {
  try {
    // OpenSSL takes none for no error, and fails in every handshake.
    if (cert.trim() === "" || key.trim() === "") throw new Error("one of them is empty");
    return createSecureContext({ cert, key });
  } catch (cause) {
    throw new IpcError(
      "BAD_ARGUMENT",
      `the certificate and the key cannot be used: ${(cause as Error).message}`,
      "give a certificate in PEM and the key that belongs to it",
      { cause },
    );
  }
}
