/**
 * One thing that one process did. A log of these is all that the views need.
 */
export interface IpcEvent {
  /** CLOCK_MONOTONIC, in nanoseconds, when it began: one clock for all processes of a machine. */
  t: number;
  /** How long it took, in nanoseconds. Absent: it took no time worth a span, or never returned. */
  dur?: number;
  pid: number;
  /** The process's name in its demo. */
  process: string;
  /** The system call's or the field's own word: `write`, `open`, `kill`, `exit`. */
  op: string;
  /** What it was done to: `pipe:[1234]`, `SIGUSR1`, `tcp 127.0.0.1:5000`. */
  object?: string;
  bytes?: number;
  /** What came of it, where that is not a number of bytes: `end-of-file`, `never returned`. */
  result?: string;
  /** The symbol of the error number, where it failed: `EAGAIN`. */
  errno?: string;
  /**
   * Ids that a send and the receive it led to have in common. A list, because one `read` may
   * take what three `write`s put in, and one `write` may feed three `read`s.
   */
  flow?: string[];
  /** One sentence for the learner. */
  note?: string;
}

/** What `claims` holds about one sentence of a textbook. */
export interface ClaimSpec {
  /** The sentence, as a textbook would print it. */
  says: string;
  /** What we expect this kernel to do with it. */
  expect: "holds" | "refuted";
  /** Where the truth is written down: a man page, an RFC, a chapter. */
  source: string;
}

export type Verdict = "holds" | "refuted" | "unavailable";

/** A claim after it was put to the kernel. */
export interface JudgedClaim extends ClaimSpec {
  demo: string;
  name: string;
  verdict: Verdict;
  /** The numbers that were seen; for `unavailable`, the reason. */
  evidence: string;
}

/** The last line of `--json`. */
export interface Summary {
  type: "summary";
  lab: string;
  demos: number;
  claims: { holds: number; refuted: number; unavailable: number; unexpected: number };
  /** Demos that did not come to their end. */
  failed: number;
  ms: number;
}

/** `unavailable` is nobody's fault and never unexpected: the reason is printed instead. */
export function isUnexpected(claim: Pick<JudgedClaim, "verdict" | "expect">): boolean {
  return claim.verdict !== "unavailable" && claim.verdict !== claim.expect;
}
