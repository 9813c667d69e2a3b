export {
  type Demo,
  type DirectorContext,
  defineDemo,
  type Prediction,
  type ProcessBody,
  type ProcessContext,
} from "./demo.ts";
export {
  type CaughtBy,
  defineExercise,
  type Exercise,
  type ExerciseContext,
  type Schedule,
} from "./exercise.ts";
export { defineLab, type Lab } from "./lab.ts";
export type { Details, Log } from "./log.ts";
