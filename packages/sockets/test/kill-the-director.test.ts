import { testKilledDirector } from "@ipc-playground/lab-kit/suites";
import { socketDemos } from "@ipc-playground/sockets/demos";

// A socket goes with its last process. What has a name in the file system lies in a scratch directory.
testKilledDirector(socketDemos, { withoutObjects: Object.keys(socketDemos) });
