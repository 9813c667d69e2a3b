/** The server that is measured. */
export interface Target {
  port: number;
  /** Its process, whose time on a processor is counted. */
  pid: number;
}

/** One sender and many receivers in one room. */
export interface BroadcastJob {
  does: "broadcast";
  server: Target;
  receivers: number;
  /** Bytes of a text. */
  size: number;
  /** How many messages the sender may be ahead of the slowest receiver; a run for each, in this order. */
  windows: readonly number[];
  warmMs: number;
  timedMs: number;
  /** Exactly so many messages in each run, instead of as many as `timedMs` takes. */
  messages?: number;
  /** The sender sends whole lines, nickname and all, for a server that changes nothing. */
  relayed?: boolean;
  /** Nothing came for so long: something is lost. */
  stallMs: number;
}

/** Many connections that say who they are, and then nothing. They stay until standard input ends. */
export interface IdleJob {
  does: "idle";
  server: Target;
  connections: number;
  /** So many share a room; absent: the server has one room only. */
  perRoom?: number;
  stallMs: number;
}

/** People who come, are welcomed and go, as fast as it goes. */
export interface ArriveJob {
  does: "arrive";
  server: Target;
  /** How many are on their way at any time. */
  atOnce: number;
  warmMs: number;
  timedMs: number;
  /** Exactly so many, instead of as many as `timedMs` takes. */
  arrivals?: number;
  stallMs: number;
}

export type Job = BroadcastJob | IdleJob | ArriveJob;

/** Time on a processor and context switches of one process, all threads, during one run. */
export interface Usage {
  cpuMicros: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
}

/** `server` is `null` where /proc does not tell. */
export interface BothUsages {
  server: Usage | null;
  load: Usage;
}

export interface BroadcastRun {
  window: number;
  messages: number;
  /** Messages times receivers: every one was compared, byte by byte, with the one that was due. */
  deliveries: number;
  /** From the sender's first write until the slowest receiver has the last byte. */
  ns: number;
  /** Of each message: from the sender's write until the last receiver has it. */
  latencyNs: number[];
  /** Messages that were everywhere in each tenth of `timedMs`, and after it. */
  tenths: number[];
  usage: BothUsages;
}

export interface ArriveRun {
  arrivals: number;
  ns: number;
  usage: BothUsages;
}

/** What one launch of the load prints, as one line of JSON. */
export type Answer =
  | { kind: "broadcast"; runs: BroadcastRun[] }
  | { kind: "idle"; connections: number }
  | { kind: "arrive"; run: ArriveRun }
  | { kind: "failed"; reason: string };

export type AnswerTo<D extends Job["does"]> = Extract<Answer, { kind: D }>;
