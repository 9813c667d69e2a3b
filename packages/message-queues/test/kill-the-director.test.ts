import { testKilledDirector } from "@ipc-playground/lab-kit/suites";
import { messageQueueDemos } from "@ipc-playground/message-queues/demos";

// ftok only computes keys.
testKilledDirector(messageQueueDemos, { withoutObjects: ["ftok"] });
