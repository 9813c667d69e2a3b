import { testDemos } from "@ipc-playground/lab-kit/suites";
import { semaphoreDemos } from "@ipc-playground/semaphores/demos";

testDemos(semaphoreDemos);
