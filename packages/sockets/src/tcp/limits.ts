/** Connections that wait to be accepted. Node's default; the kernel caps it at net.core.somaxconn. listen(2) */
export const DEFAULT_BACKLOG = 511;

/** Connections of one server. */
export const DEFAULT_MAX_CONNECTIONS = 10_000;

/** Bytes that may wait for one slow reader before it is cut. */
export const DEFAULT_MAX_QUEUED_BYTES = 1_048_576;

/**
 * Descriptors that a server leaves free for other things than connections: files, name look-ups,
 * and telling a newcomer that there is no room.
 */
export const DESCRIPTOR_RESERVE = 16;

/** Milliseconds between two looks for free descriptors, when they were used up. */
export const DESCRIPTOR_LOOK_MS = 100;

/** Milliseconds that a closing server gives its connections to take what is queued and to end. */
export const DEFAULT_FLUSH_MS = 10_000;

/** Milliseconds in which a connection must come about. The kernel alone would try for 127 s. tcp(7), tcp_syn_retries */
export const DEFAULT_CONNECT_MS = 10_000;

/** Milliseconds: the first delay before another try is at most this, each further one at most twice as long… */
export const DEFAULT_BASE_MS = 250;

/** … and none is longer than this. */
export const DEFAULT_CAP_MS = 30_000;

/** Milliseconds that a connection must have lived for the delays to begin anew. */
export const DEFAULT_STEADY_MS = 5_000;

/** Milliseconds of silence before a ping. */
export const DEFAULT_INTERVAL_MS = 30_000;

/** Milliseconds in which a ping must be answered, and an urgent one as well. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/** Pings after one that was not answered, before the connection is cut. */
export const DEFAULT_URGENT_PINGS = 3;

/** Milliseconds in which a frame that has begun must be whole. */
export const DEFAULT_FRAME_MS = 10_000;
