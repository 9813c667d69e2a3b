export {
  DEFAULT_CAPACITY_BYTES,
  maxCapacityBytes,
  PIPE_BUF_BYTES,
  POSIX_PIPE_BUF_BYTES,
} from "./limits.ts";
export { capacity, type OpenPipeOptions, openPipe, type Pipe, setCapacity } from "./pipe.ts";
export { ReadEnd, type ReadResult } from "./read-end.ts";
export { WriteEnd, type WriteResult } from "./write-end.ts";
