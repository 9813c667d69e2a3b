export { madeResult } from "./made-result.ts";
export { runOnce } from "./run-once.ts";
