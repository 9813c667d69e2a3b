import { testDemos } from "@ipc-playground/lab-kit/suites";
import { signalDemos } from "@ipc-playground/signals/demos";

testDemos(signalDemos);
