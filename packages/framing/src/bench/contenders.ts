import { fileURLToPath } from "node:url";
import type { Contender } from "./job.ts";

/** The program of a launch: `node [--expose-gc …] PROGRAM JOB`. */
export const PROGRAM = fileURLToPath(new URL("main.js", import.meta.url));

const decodes = (contender: Omit<Contender, "does">): Contender => ({ ...contender, does: "decode" });
const encodes = (contender: Omit<Contender, "does">): Contender => ({ ...contender, does: "encode" });

/** Everybody who is measured. What is somebody else's reads and writes the format that it is made for. */
export const CONTENDERS: readonly Contender[] = [
  decodes({ name: "lengthPrefixed()", format: "length", ours: "core" }),
  decodes({ name: "lengthPrefixed() varint", format: "varint", ours: "core" }),
  decodes({ name: "frames()", format: "length", ours: "batches" }),
  decodes({ name: "frames() async", format: "length", ours: "batches", source: "async" }),
  decodes({ name: "decodeStream()", format: "length", ours: "stream" }),
  decodes({ name: "pg-protocol", format: "pg" }),
  decodes({ name: "Buffer.concat", format: "length" }),
  decodes({ name: "it-length-prefixed", format: "varint" }),
  decodes({ name: "it-length-prefixed async", format: "varint", source: "async" }),
  decodes({ name: "frame-stream", format: "length", streams: true }),
  decodes({ name: "length-prefixed-stream", format: "varint", streams: true }),
  decodes({ name: "ws", format: "ws", streams: true }),
  decodes({ name: "lines()", format: "lines", ours: "core" }),
  decodes({ name: "lines() frames()", format: "lines", ours: "batches" }),
  decodes({ name: "lines() decodeStream()", format: "lines", ours: "stream" }),
  decodes({ name: "split2", format: "lines", streams: true }),
  encodes({ name: "lengthPrefixed()", format: "length", ours: "core" }),
  encodes({ name: "lengthPrefixed() varint", format: "varint", ours: "core" }),
  encodes({ name: "pg-protocol", format: "pg" }),
  encodes({ name: "Buffer.concat", format: "length" }),
  encodes({ name: "it-length-prefixed", format: "varint" }),
  encodes({ name: "ws", format: "ws" }),
  encodes({ name: "frame-stream", format: "length", streams: true }),
  encodes({ name: "length-prefixed-stream", format: "varint", streams: true }),
  encodes({ name: "lines()", format: "lines", ours: "core" }),
  encodes({ name: "naive line", format: "lines" }),
];
