import { chatDemos } from "@ipc-playground/chat/demos";
import { testDemos } from "@ipc-playground/lab-kit/suites";

testDemos(chatDemos);
