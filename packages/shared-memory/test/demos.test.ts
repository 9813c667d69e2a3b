import { testDemos } from "@ipc-playground/lab-kit/suites";
import { sharedMemoryDemos } from "@ipc-playground/shared-memory/demos";

testDemos(sharedMemoryDemos);
