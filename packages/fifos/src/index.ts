export { type Fifo, type MakeFifoOptions, makeFifo } from "./fifo.ts";
export { DEFAULT_CAPACITY_BYTES, NAME_MAX_BYTES, PATH_MAX_BYTES, PIPE_BUF_BYTES } from "./limits.ts";
export {
  type OpenFifoOptions,
  openReadEnd,
  openReadEndNow,
  openReadEndWithin,
  openWriteEnd,
  openWriteEndNow,
  openWriteEndWithin,
} from "./open.ts";
export { ReadEnd, type ReadResult } from "./read-end.ts";
export { WriteEnd, type WriteResult } from "./write-end.ts";
