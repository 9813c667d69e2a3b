import { testKilledDirector } from "@ipc-playground/lab-kit/suites";
import { close, openRawUdpSocket } from "@ipc-playground/libc";
import { socketDemos } from "@ipc-playground/sockets/demos";

// Without the right to make datagrams by hand, this one ends after its first step: there is no middle.
const { checksum, ...others } = socketDemos;
const raw = openRawUdpSocket();
if (raw >= 0) close(raw);
else console.log("skipped: killing the director of checksum needs CAP_NET_RAW");
const demos = raw >= 0 ? { checksum, ...others } : others;

// A socket goes with its last process. What has a name in the file system lies in a scratch directory.
testKilledDirector(demos, { withoutObjects: Object.keys(demos) });
