import { testDemos } from "@ipc-playground/lab-kit/suites";
import { pipeDemos } from "@ipc-playground/pipes/demos";

testDemos(pipeDemos);
