import { testExercises } from "@ipc-playground/lab-kit/suites";
import lab from "@ipc-playground/lab-socket";

await testExercises(lab);
