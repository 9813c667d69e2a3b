export { BlockedSignals, type WaitResult } from "./blocked.ts";
export { MAX_VALUE, MIN_VALUE, queueLimit, realtimeRange, STANDARD_SIGNALS } from "./limits.ts";
export { findNative, type Native } from "./native.ts";
export { type Signal, signalName, signalNumber } from "./numbers.ts";
export { openReceiver, type ReceiverOptions, SignalReceiver } from "./receiver.ts";
export { RECORD_BYTES, type ReceivedSignal } from "./record.ts";
export {
  type Presence,
  probe,
  sendQueued,
  sendQueuedToMainThread,
  sendSignal,
  sendToMainThread,
} from "./send.ts";
export { SignalDescriptor } from "./signal-descriptor.ts";
