import { IpcError } from "@ipc-playground/contract";
import type { TextCodec } from "./codec.ts";
import { DEFAULT_MAX_LINE_BYTES, wholeNumber } from "./limits.ts";
import { LineDecoder } from "./line-decoder.ts";
import { encodeShortLine, encodeText } from "./text.ts";

export interface LinesOptions {
  /** The longest line, in bytes of UTF-8, without its end. Default: 64 KiB. */
  max?: number;
  /** What a longer line does: ends everything, or is left out. Default: `error`. */
  onOversize?: "error" | "discard";
  /** Called once for each line that was left out, with its length in bytes, once that is known. */
  onDiscard?: (bytes: number) => void;
  /** What bytes without a line feed at the end are: a line that was cut, or the last line. Default: `error`. */
  eof?: "error" | "emit";
}

/**
 * Lines of UTF-8 text. A line ends with LF or CR LF when it comes, and with LF when it is sent.
 *
 * @throws {IpcError} BAD_ARGUMENT: `max` is not a whole number from 1 on.
 */
export function lines(options: LinesOptions = {}): TextCodec {
  const { onOversize = "error", onDiscard, eof = "error" } = options;
  const max = wholeNumber("max", options.max ?? DEFAULT_MAX_LINE_BYTES, 1, Number.MAX_SAFE_INTEGER);
  const rules = { max, discard: onOversize === "discard", onDiscard, emitLast: eof === "emit" };
  return {
    carries: "text",
    decoder: () => new LineDecoder(rules),
    encode(line) {
      if (line.includes("\n") || line.endsWith("\r")) throw notOneLine();
      const bytes = encodeShortLine(line) ?? encodeText(`${line}\n`);
      if (bytes.length - 1 <= max) return [bytes];
      throw new IpcError(
        "FRAME_TOO_LONG",
        `the line has ${bytes.length - 1} bytes; at most ${max} are taken`,
        "send it in parts, or raise `max` on both sides",
      );
    },
  };
}

function notOneLine(): IpcError {
  return new IpcError(
    "BAD_ARGUMENT",
    "the text has a line break in it, and would arrive as something else",
    "send a line for each part, or JSON, which writes a line break as \\n",
  );
}
