/** Why the server does not do what it was asked. The connection lives, unless `final`. Listed in README.md. */
export const REFUSALS = {
  HELLO_FIRST: "something was asked before the hello",
  BAD_VERSION: "the hello is of a version that the server does not speak",
  BAD_PASSWORD: "the password is missing or wrong",
  BAD_NICK: "a nickname breaks the rule for names",
  NICK_TAKEN: "somebody has the nickname, or one that differs in case only",
  BAD_ROOM: "a room's name breaks the rule for names",
  BAD_TEXT: "a text has characters that do something instead of being read, or is too long, or empty",
  NO_SUCH_ROOM: "there is no room of that name",
  NO_SUCH_PERSON: "nobody has that nickname",
  NOT_IN_ROOM: "who asks is not in that room",
  TOO_MANY_ROOMS: "who asks is in as many rooms as one may be in",
  NOT_OWNER: "only the room's owner may do that",
  UNKNOWN_TYPE: "the server knows no message or command of that name",
  BAD_MESSAGE: "a message lacks something, or has it in another form",
  BAD_FRAME: "bytes came that are no frame, no JSON or no UTF-8; the connection is closed",
  FRAME_TOO_LONG: "a frame or line is longer than the server takes; the connection is closed",
  TOO_LATE: "a hello or a frame was not finished in time; the connection is closed",
  TOO_SLOW: "who asks does not read what is sent; the connection is closed",
  ADDRESS_LIMIT: "there are too many connections from one address; the connection is closed",
  SERVER_FULL: "the server has as many connections as it takes; the connection is closed",
  IDLE: "nothing came for long; the connection is closed",
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof REFUSALS;

/** A value, not an exception: a refusal is an answer like others. */
export interface Refusal {
  readonly code: RefusalCode;
  /** What is the matter, as a sentence without a full stop. */
  readonly fact: string;
  /** What whoever reads it can do. */
  readonly nextStep: string;
}

export function refusal(code: RefusalCode, fact: string, nextStep: string): Refusal {
  return { code, fact, nextStep };
}

/**
 * What is said to a connection of which nothing is known yet. People can read a line, and a client that expects
 * frames sees that it is none: its first byte is not 0.
 */
export function refusalLine({ code, fact, nextStep }: Refusal): string {
  return `! ${code}: ${fact}; ${nextStep}\n`;
}
