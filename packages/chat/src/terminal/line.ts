import type { Row } from "./span.ts";

/** What can stand between the lines of a room. All text in it is harmless already. */
export type Content =
  | { kind: "message"; from: string; text: string; own: boolean; mentions: boolean }
  | { kind: "whisper"; from: string; to: string; text: string; own: boolean }
  /** Something happened: somebody came, went, is called otherwise. */
  | { kind: "notice"; sign: string; text: string }
  | { kind: "gap" }
  /** Something that was asked for is not done. */
  | { kind: "problem"; fact: string; nextStep: string }
  /** A line of what a command answers. */
  | { kind: "answer"; row: Row; indent: number };

/** `at` is milliseconds since 1970; ids grow. */
export type Line = { readonly id: number; readonly at: number } & Readonly<Content>;

/** Something of one's own that the server has not accepted yet, or whose copy is not back yet. */
export interface Pending {
  readonly id: number;
  readonly at: number;
  readonly content: Readonly<Extract<Content, { kind: "message" | "whisper" }>>;
  /** Where it went, once it is acknowledged. */
  readonly accepted?: { readonly epoch: string; readonly seq: number };
}
