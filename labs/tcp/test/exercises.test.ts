import { testExercises } from "@ipc-playground/lab-kit/suites";
import lab from "@ipc-playground/lab-tcp";

await testExercises(lab);
