/** Bytes of a file in one frame, at most. */
export const PIECE_BYTES = 65_536;

/** The largest file that is taken unless an option says otherwise, in bytes: 1 TiB. */
export const DEFAULT_MAX_FILE_BYTES = 1_099_511_627_776;

/** Bytes of a file's name, at most: one directory entry. Source: limits.h, NAME_MAX. */
export const NAME_BYTES = 255;

/** The receiver says how far it is after so many bytes. */
export const REPORT_EVERY_BYTES = 1_048_576;

/** While the receiver reads what it has already, or waits, it gives a sign of life this often, in milliseconds. */
export const SIGN_OF_LIFE_MS = 1_000;

/** Milliseconds in which something must come or go, or the connection is given up. */
export const DEFAULT_STALL_MS = 30_000;

/**
 * Milliseconds that a receiver waits for an earlier connection with the same file, after that one
 * must have been given up: of one that was cut without a word, it learns only then.
 */
export const LOCK_AFTER_STALL_MS = 5_000;
