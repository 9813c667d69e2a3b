import { testKilledDirector } from "@ipc-playground/lab-kit/suites";
import { sharedMemoryDemos } from "@ipc-playground/shared-memory/demos";
import { whyNotPackage } from "./kinds.ts";

/** The others use memory files, which no process outlives. */
const withObjects = ["size", "attach-counts", "removed", "persists", "hand-over", "hidden-header", "who-may"];

const demos: Record<string, URL> = { ...sharedMemoryDemos };
// It starts no process where the package was not built.
if (whyNotPackage()) delete demos["hidden-header"];

testKilledDirector(demos, {
  withoutObjects: Object.keys(demos).filter((name) => !withObjects.includes(name)),
});
