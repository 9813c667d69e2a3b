import { readFileSync } from "node:fs";
import { IpcError, type IpcEvent, type JudgedClaim, type Summary } from "@ipc-playground/contract";
import { z } from "zod";

/** The first line of a recording: what ran, on what. */
export interface RecordingHead {
  type: "lab";
  lab: string;
  title: string;
  node: string;
  kernel: string;
}

/** One line of `--json`. */
export type RecordingLine =
  | RecordingHead
  | { type: "demo"; demo: string; title: string }
  | ({ type: "event"; demo: string } & IpcEvent)
  | ({ type: "claim" } & JudgedClaim)
  | { type: "error"; demo: string; code: string; message: string }
  | Summary;

const event = z.object({
  type: z.literal("event"),
  demo: z.string(),
  t: z.number().nonnegative(),
  dur: z.number().nonnegative().exactOptional(),
  pid: z.int().positive(),
  process: z.string(),
  op: z.string(),
  object: z.string().exactOptional(),
  bytes: z.number().nonnegative().exactOptional(),
  result: z.string().exactOptional(),
  errno: z.string().exactOptional(),
  flow: z.array(z.string()).exactOptional(),
  note: z.string().exactOptional(),
});

const claim = z.object({
  type: z.literal("claim"),
  demo: z.string(),
  name: z.string(),
  says: z.string(),
  expect: z.enum(["holds", "refuted"]),
  source: z.string(),
  verdict: z.enum(["holds", "refuted", "unavailable"]),
  evidence: z.string(),
});

const count = z.int().nonnegative();

const line = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("lab"),
    lab: z.string(),
    title: z.string(),
    node: z.string(),
    kernel: z.string(),
  }),
  z.object({ type: z.literal("demo"), demo: z.string(), title: z.string() }),
  event,
  claim,
  z.object({ type: z.literal("error"), demo: z.string(), code: z.string(), message: z.string() }),
  z.object({
    type: z.literal("summary"),
    lab: z.string(),
    demos: count,
    claims: z.object({ holds: count, refuted: count, unavailable: count, unexpected: count }),
    failed: count,
    ms: z.number().nonnegative(),
  }),
]) satisfies z.ZodType<RecordingLine>;

/**
 * Read what `--json` wrote.
 *
 * @throws {IpcError} FILE_UNREADABLE
 * @throws {IpcError} BAD_LOG: names the line that is damaged, or says that the end is missing.
 */
export function readRecording(path: string): RecordingLine[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new IpcError(
      "FILE_UNREADABLE",
      `cannot read ${path}: ${(cause as Error).message}`,
      "give the path of a file that `lab NAME --json > FILE` wrote",
      { cause },
    );
  }
  return parseRecording(text, path);
}

/** As {@link readRecording}, for text that is at hand. `path` is only for the error's sentence. */
export function parseRecording(text: string, path: string): RecordingLine[] {
  const lines = text.split("\n");
  // A whole file ends with a line feed, so the last piece is empty.
  if (lines.at(-1) === "") lines.pop();
  const parsed = lines.map((source, i) => parseLine(source, `${path}, line ${i + 1}`));
  if (parsed.at(-1)?.type !== "summary") {
    throw new IpcError(
      "BAD_LOG",
      `${path} ends after line ${lines.length} without its summary`,
      "the recording was cut short: record it again with `lab NAME --json > FILE`",
    );
  }
  return parsed;
}

function parseLine(source: string, where: string): RecordingLine {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new IpcError(
      "BAD_LOG",
      `${where} is not JSON`,
      "the file is damaged or was cut short: record it again",
      { cause },
    );
  }
  const result = line.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new IpcError(
    "BAD_LOG",
    `${where}: ${issue?.path.join(".") || "the line"}: ${issue?.message}`,
    "record it again with this version: `lab NAME --json > FILE`",
    { cause: result.error },
  );
}
