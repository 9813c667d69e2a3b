export { bytesText } from "./format.ts";
export { hgrmFiles } from "./hgrm.ts";
export { PERCENTILES } from "./histogram.ts";
export { defaultPlacement, PLACEMENTS, type Placement } from "./placement.ts";
export { type ReportOptions, report } from "./report.ts";
export { type BenchResult, RESULT_VERSION, resultSchema } from "./result.ts";
export { loadBench, type Progress, type RunOptions, runBench } from "./run.ts";
export type { LoadedBench } from "./schedule.ts";
