/** Why a session ended. A key for counting; what people are told is another matter. */
export const ENDINGS = {
  quit: "said goodbye",
  "hung-up": "ended the connection",
  lost: "the connection broke",
  silent: "did not answer pings",
  slow: "did not read",
  idle: "said nothing for long",
  late: "did not say hello, or finish a frame, in time",
  garbage: "sent what is no frame or no line",
  oversize: "sent a frame or line that is too long",
  password: "guessed at the password",
  refused: "was refused at the hello or before",
  kicked: "was kicked",
  replaced: "came back by another connection",
  shutdown: "the server stopped",
  defect: "the server failed to serve it",
} as const satisfies Record<string, string>;

export type Ending = keyof typeof ENDINGS;

/** What a server has counted since it began: plain numbers, since some are counted a million times a second. */
export class Counters {
  connections = 0;
  /** Said in rooms and whispered, as they came. */
  messagesIn = 0;
  /** Deliveries: one message to ten people is ten. */
  messagesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Commands that had to wait for their turn. */
  floods = 0;
  /** Times that somebody was behind in reading. */
  stalls = 0;
  /** The most bytes that ever waited for one reader. */
  queueHighWater = 0;
  readonly endings: Record<Ending, number> = Object.fromEntries(
    Object.keys(ENDINGS).map((ending) => [ending, 0]),
  ) as Record<Ending, number>;
}
