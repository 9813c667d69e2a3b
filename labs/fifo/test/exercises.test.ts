import lab from "@ipc-playground/lab-fifo";
import { testExercises } from "@ipc-playground/lab-kit/suites";

await testExercises(lab);
