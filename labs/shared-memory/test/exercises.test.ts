import { testExercises } from "@ipc-playground/lab-kit/suites";
import lab from "@ipc-playground/lab-shared-memory";

await testExercises(lab);
