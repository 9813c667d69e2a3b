export { bracketsOf } from "./brackets.ts";
export { settlingMs } from "./calibrate.ts";
export { type Compiled, type CompileOptions, compileYardstick } from "./compile.ts";
export { measureControls } from "./controls.ts";
export { differencesOf } from "./differences.ts";
export { bytesText, microsText, numberText, ofCText, sizeText } from "./format.ts";
export { headLines, paceText } from "./head.ts";
export { hgrmFiles } from "./hgrm.ts";
export { encodeSamples, mergeHistograms, PERCENTILES, type Percentile, percentiles } from "./histogram.ts";
export { launch } from "./launch.ts";
export { fellBehind, LADDER_MS } from "./load.ts";
export { loadResult } from "./load-result.ts";
export { type Machine, machine, machineText } from "./machine.ts";
export { noteLines } from "./notes.ts";
export { defaultPlacement, PLACEMENTS, type Placement, processorsFor } from "./placement.ts";
export { type Entry, type Ranking, rankingsOf } from "./rankings.ts";
export { type ReportOptions, report } from "./report.ts";
export {
  type BenchResult,
  type Control,
  type LoadPoint,
  type ProfileName,
  RESULT_VERSION,
  resultSchema,
  type Work,
} from "./result.ts";
export {
  type Compared,
  compare,
  failureWord,
  medianNs,
  type Row,
  rowsOf,
  speedsOf,
  usagePerMessage,
} from "./rows.ts";
export { loadBench, type Progress, type RunOptions, runBench } from "./run.ts";
export { type LoadedBench, type ScheduleOptions, schedule } from "./schedule.ts";
export { seededRandom, shuffled } from "./shuffle.ts";
export { type InBlock, overlap, pairedRatios, type Spread, spread } from "./statistics.ts";
export { left, right, tableLines } from "./table.ts";
export {
  costTable,
  latencyTable,
  operationsTable,
  rateTable,
  type Table,
  throughputTable,
} from "./tables.ts";
export { wrapText } from "./wrap.ts";
export { launchYardstick } from "./yardstick.ts";
