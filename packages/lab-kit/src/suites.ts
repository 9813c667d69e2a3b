export { testDemos } from "./demo-suite.ts";
export { testExercises } from "./exercise-suite.ts";
export { type KilledDirectorOptions, testKilledDirector } from "./killed-director-suite.ts";
