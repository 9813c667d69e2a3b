import { callError, check, close, ftruncate, memfdCreate, mmap, munmap } from "@ipc-playground/libc";

/** Words of 32 bits in memory that a director hands to its processes as a descriptor. */
export interface SharedWords extends Disposable {
  readonly fd: number;
  readonly words: Int32Array;
}

/** Make memory without a name, for so many words: memfd_create(2), ftruncate(2), mmap(2). */
export function shareWords(count: number): SharedWords {
  const fd = check(memfdCreate("semaphore-demo"), { syscall: "memfd_create", doing: "make memory" });
  check(ftruncate(fd, count * 4), { syscall: "ftruncate", doing: "size memory" });
  const mapping = mmap(fd, count * 4);
  if (typeof mapping === "number") {
    close(fd);
    throw callError(mapping, { syscall: "mmap", doing: "map memory" });
  }
  return {
    fd,
    words: new Int32Array(mapping.buffer),
    [Symbol.dispose]() {
      munmap(mapping);
      close(fd);
    },
  };
}

/** In a process: map the memory that was handed over. It goes with the process. */
export function mapWords(fd: number, count: number): Int32Array {
  const mapping = mmap(fd, count * 4);
  if (typeof mapping === "number") throw callError(mapping, { syscall: "mmap", doing: "map memory" });
  return new Int32Array(mapping.buffer);
}
