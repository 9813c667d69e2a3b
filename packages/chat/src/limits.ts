/** Every limit of the server, with its default. An option each; the operator's `limits` prints them. */
export const LIMITS = {
  frameBytes: { value: 16_384, unit: "bytes", says: "the longest frame or line that is taken" },
  textBytes: { value: 8_192, unit: "bytes", says: "the longest text of one message" },
  helloMs: { value: 10_000, unit: "ms", says: "to say who one is, from the first moment on" },
  frameMs: { value: 10_000, unit: "ms", says: "to finish a frame or a line that was begun" },
  softQueueBytes: {
    value: 65_536,
    unit: "bytes",
    says: "waiting for a slow reader, from which on its own commands wait",
  },
  hardQueueBytes: { value: 1_048_576, unit: "bytes", says: "waiting for a slow reader, at which it is cut" },
  drainMs: { value: 30_000, unit: "ms", says: "a slow reader may stay behind, and is cut then" },
  commandBurst: { value: 5, unit: "commands", says: "at once, before they are slowed down" },
  commandsPerSecond: { value: 2, unit: "a second", says: "in the long run; some commands count as several" },
  connections: { value: 10_000, unit: "connections", says: "at once, from everywhere" },
  connectionsPerAddress: {
    value: 16,
    unit: "connections",
    says: "at once from one address (IPv6: one /64); loopback is exempt",
  },
  arrivalsPerAddress: {
    value: 32,
    unit: "connections",
    says: "from one address within `arrivalsMs`; loopback is exempt",
  },
  arrivalsMs: { value: 600_000, unit: "ms", says: "the time in which arrivals of one address are counted" },
  nickChars: { value: 32, unit: "characters", says: "the longest nickname" },
  roomChars: { value: 64, unit: "characters", says: "the longest name of a room" },
  topicChars: { value: 200, unit: "characters", says: "the longest topic of a room, or reason" },
  roomsPerUser: { value: 20, unit: "rooms", says: "that one person may be in" },
  passwordTries: { value: 3, unit: "tries", says: "at the password, then the connection is closed" },
  passwordDelayMs: {
    value: 500,
    unit: "ms",
    says: "until the first wrong password is answered; then doubling",
  },
  heartbeatMs: { value: 30_000, unit: "ms", says: "of silence until a ping (clients that speak frames)" },
  pingMs: { value: 5_000, unit: "ms", says: "to answer a ping" },
  urgentPings: { value: 3, unit: "pings", says: "after one without an answer; then the connection is cut" },
  lineIdleMs: { value: 1_800_000, unit: "ms", says: "of silence until a plain client is sent away" },
  historyMessages: { value: 1_000, unit: "messages", says: "kept of each room, for those who come back" },
  historyBytes: { value: 1_048_576, unit: "bytes", says: "of text kept of each room" },
  repeatMs: {
    value: 120_000,
    unit: "ms",
    says: "in which a repeated message is known, and a person who was cut off keeps the name and the rooms their history",
  },
  flushMs: { value: 10_000, unit: "ms", says: "for last words to flow out when the server stops" },
} as const satisfies Record<string, { value: number; unit: string; says: string }>;

export type LimitName = keyof typeof LIMITS;

/** A number for each limit, in the unit of {@link LIMITS}. */
export type Limits = Readonly<Record<LimitName, number>>;

export const DEFAULT_LIMITS = Object.fromEntries(
  Object.entries(LIMITS).map(([name, { value }]) => [name, value]),
) as Limits;

/** Port of `pnpm chat serve` unless it is told another. */
export const DEFAULT_PORT = 8080;

/**
 * The longest frame that a client takes from the server, in bytes: a list of many people, or a text whose
 * characters JSON writes as six.
 */
export const SERVER_FRAME_BYTES = 4 * 1_048_576;
