import { testDemos } from "@ipc-playground/lab-kit/suites";
import { socketDemos } from "@ipc-playground/sockets/demos";

testDemos(socketDemos);
