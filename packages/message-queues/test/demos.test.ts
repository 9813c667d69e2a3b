import { testDemos } from "@ipc-playground/lab-kit/suites";
import { messageQueueDemos } from "@ipc-playground/message-queues/demos";

testDemos(messageQueueDemos);
