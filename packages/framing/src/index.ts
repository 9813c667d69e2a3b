export type { Codec, Decoder, TextCodec } from "./codec.ts";
export { type DelimitedOptions, delimited } from "./delimited.ts";
export { frames } from "./frames.ts";
export type { Endian } from "./header.ts";
export { type Json, type JsonMessage, json } from "./json.ts";
export { fixed, type LengthPrefixedOptions, lengthPrefixed } from "./length-prefixed.ts";
export { DEFAULT_MAX_BYTES, DEFAULT_MAX_LINE_BYTES } from "./limits.ts";
export { type LinesOptions, lines } from "./lines.ts";
export { webTransform } from "./web-transform.ts";
