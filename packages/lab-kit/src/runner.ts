export { checkSubmission, type ScheduleResult } from "./check-submission.ts";
export { KEY_PREFIX, type ObjectKind } from "./ledger.ts";
export { type LessonPart, parseLesson } from "./lesson.ts";
export { type DemoRun, loadDemo, runDemo } from "./run-demo.ts";
export { ownObject, removeRun, scratchDirectory, sweepDeadRuns } from "./run-directory.ts";
export { type Actor, describeExit, type Exit } from "./stage/actor.ts";
export { LiveStage, type ProgramOptions, type Stage, type StartOptions } from "./stage/stage.ts";
