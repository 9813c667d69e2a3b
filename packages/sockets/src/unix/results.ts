import type { PeerCredentials } from "@ipc-playground/libc";
import type { Unready } from "../socket-handle.ts";
import type { ReceivedDescriptor } from "./descriptors.ts";

export type UnixSendResult = { readonly kind: "sent"; readonly bytes: number } | Unready;

export interface UnixMessage {
  readonly kind: "message";
  /** The caller's own copy. Of a stream: a piece of it, cut anywhere. */
  readonly bytes: Uint8Array;
  /** It was longer than the room for it, and the rest is lost. Never so for a stream. */
  readonly truncated: boolean;
}

/** The other end sends no more: every copy of it is closed, or its writing side is shut down. */
export type End = { readonly kind: "end" };

export type UnixReceiveResult = UnixMessage | End | Unready;

/** A message with what came beside its bytes. Disposing it closes the descriptors that were not released. */
export interface UnixMessageWithDescriptors extends UnixMessage, Disposable {
  readonly descriptors: readonly ReceivedDescriptor[];
  /** Some of what came along is gone: this process has no room for more descriptors (EMFILE). */
  readonly descriptorsLost: boolean;
  /** Who sent it, as the kernel vouches for it; `null` unless `askForCredentials` of the socket was called. */
  readonly credentials: PeerCredentials | null;
}
