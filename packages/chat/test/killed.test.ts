import { chatDemos } from "@ipc-playground/chat/demos";
import { testKilledDirector } from "@ipc-playground/lab-kit/suites";

// A connection goes with its last process, and nothing here has a name in the file system.
const withoutObjects = Object.keys(chatDemos);
testKilledDirector(chatDemos, { withoutObjects });

// A process that is stopped must not outlive its director either.
const { sticky, order, drain, "dead-peer": deadPeer } = chatDemos;
testKilledDirector({ sticky, order, drain, "dead-peer": deadPeer }, { when: "stopped", withoutObjects });
