/** `sigset_t` of glibc and musl: 1024 bits, of which the kernel reads 64. Source: sigsetops(3). */
const SIGSET_BYTES = 128;

/** A signal set for libc, from signal numbers 1 to 64. */
export function encodeSignalSet(signals: Iterable<number>): Uint8Array {
  const set = new Uint8Array(SIGSET_BYTES);
  for (const signal of signals) {
    const bit = signal - 1;
    set[bit >> 3] = (set[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return set;
}

/** The signal numbers in a set of libc's, ascending. */
export function decodeSignalSet(set: Uint8Array): number[] {
  return signalsIn((bit) => (((set[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1);
}

/** The signal numbers in a mask as /proc prints it, 16 hexadecimal digits. proc_pid_status(5) */
export function decodeSignalMask(hex: string): number[] {
  const mask = BigInt(`0x${hex}`);
  return signalsIn((bit) => ((mask >> BigInt(bit)) & 1n) === 1n);
}

function signalsIn(has: (bit: number) => boolean): number[] {
  return Array.from({ length: 64 }, (_, bit) => bit + 1).filter((signal) => has(signal - 1));
}
