import type { Details, Log } from "@ipc-playground/lab-kit";

/** What a message says, as text. Each text is sent once in a demo, so it names its arrow. */
export function textOf(message: { bytes: Uint8Array }): string {
  return Buffer.from(message.bytes).toString();
}

interface Result {
  readonly kind: string;
  readonly bytes?: unknown;
}

/** What is logged of a text that went in or came out, with its arrow. */
function told(object: string, text: string): Details {
  const shown = text.length > 24 ? `${text.length} B` : `"${text}"`;
  return { result: shown, flow: [`${object} ${text}`] };
}

/** send(2) of a text, told to the log with its arrow. `object` is what both ends call the way between them. */
export function sendText<T extends Result>(
  log: Log,
  object: string,
  text: string,
  action: (bytes: Uint8Array) => T,
): T {
  return log.call(
    "send",
    object,
    () => action(Buffer.from(text)),
    undefined,
    ({ kind }) => (kind === "sent" ? told(object, text) : {}),
  );
}

/** recv(2), told to the log with its arrow. Returns the text, or the kind of what came instead. */
export function receiveText<T extends Result>(log: Log, object: string, action: () => T): string {
  const result = log.call("recv", object, action, undefined, (got) =>
    got.kind === "message" ? told(object, textOf(got as { bytes: Uint8Array })) : {},
  );
  return result.kind === "message" ? textOf(result as unknown as { bytes: Uint8Array }) : result.kind;
}

/** The code with which something is refused, or `"nothing"`. */
export function refusal(action: () => unknown): string {
  try {
    action();
    return "nothing";
  } catch (error) {
    const { errno, code } = error as { errno?: unknown; code?: unknown };
    return typeof errno === "string" ? errno : String(code ?? error);
  }
}
