export { LANES_LEGEND, type LanesOptions, lanes } from "./views/lanes.ts";
export { mermaid } from "./views/mermaid.ts";
export { type TraceEvent, type TraceFile, trace } from "./views/trace.ts";
export { count, duration } from "./views/words.ts";
