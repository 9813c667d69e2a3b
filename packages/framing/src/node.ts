export { decodeStream } from "./decode-stream.ts";
export { Framed, framed } from "./framed.ts";
