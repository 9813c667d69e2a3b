import { IpcError } from "@ipc-playground/contract";
import { openLibcQueue, openPosixMqQueue, usablePosixMq } from "@ipc-playground/message-queues";
import { testPosixQueue } from "./posix-suite.ts";

testPosixQueue("libc", openLibcQueue);
testPosixQueue("posix-mq", openPosixMqQueue, whyNotPosixMq());

/** Why the native package cannot be tried on this machine, if it cannot. */
function whyNotPosixMq(): string | undefined {
  try {
    usablePosixMq();
    return undefined;
  } catch (error) {
    if (!(error instanceof IpcError)) throw error;
    console.log(`skipped: the posix-mq driver: ${error.fact}`);
    return error.fact;
  }
}
