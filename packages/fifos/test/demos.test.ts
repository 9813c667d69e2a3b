import { fifoDemos } from "@ipc-playground/fifos/demos";
import { testDemos } from "@ipc-playground/lab-kit/suites";

testDemos(fifoDemos);
