import { testKilledDirector } from "@ipc-playground/lab-kit/suites";
import { semaphoreDemos } from "@ipc-playground/semaphores/demos";

// The semaphore of unnamed lies in memory that goes with its processes.
testKilledDirector(semaphoreDemos, { withoutObjects: ["unnamed"] });
