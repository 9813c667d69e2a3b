export { testDemos } from "./demo-suite.ts";
export { testExercises } from "./exercise-suite.ts";
