import lab from "@ipc-playground/lab-chat";
import { testExercises } from "@ipc-playground/lab-kit/suites";

await testExercises(lab);
