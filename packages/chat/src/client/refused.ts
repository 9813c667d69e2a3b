import { IpcError } from "@ipc-playground/contract";
import { type Address, addressText, visible } from "@ipc-playground/sockets";
import type { Refusal, RefusalCode } from "../protocol/refusal.ts";
import type { ServerMessageOf } from "../protocol/server-message.ts";

/** Refusals that are over by themselves: the connection ends, and another try makes sense. */
const TEMPORARY: readonly RefusalCode[] = ["TOO_LATE", "TOO_SLOW", "IDLE", "ADDRESS_LIMIT", "SERVER_FULL"];

export function isTemporary(code: RefusalCode): boolean {
  return TEMPORARY.includes(code);
}

/** What the server refused, as the error of whoever asked. The server's own code stands in the fact. */
export function refusedError({ code, fact, nextStep }: Refusal): IpcError {
  const cause: Refusal = { code, fact, nextStep };
  return new IpcError("CHAT_REFUSED", `${visible(fact)} (${visible(code)})`, visible(nextStep), { cause });
}

/** The server's refusal that led to this error, if one did. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof IpcError) || error.code !== "CHAT_REFUSED") return undefined;
  return error.cause as Refusal | undefined;
}

/** Somebody sent this person off the server. */
export function sentAway({ by, reason }: ServerMessageOf<"kicked">): IpcError {
  const why = reason === "" ? "" : `: ${visible(reason)}`;
  return new IpcError(
    "CHAT_REFUSED",
    `${visible(by)} sent you off the server${why}`,
    "ask whoever runs the server",
  );
}

export function noWelcome(where: Address, withinMs: number): IpcError {
  return new IpcError(
    "DEADLINE_PASSED",
    `${addressText(where)} did not answer the hello within ${withinMs / 1_000} s`,
    "check whether it is a chat server, and whether it speaks TLS",
  );
}
