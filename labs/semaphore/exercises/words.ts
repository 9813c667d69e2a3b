import { callError, check, close, ftruncate, memfdCreate, mmap, munmap } from "@ipc-playground/libc";

/** Words of 32 bits that a checker shares with its processes: memory that goes over as a descriptor. */
export interface SharedWords extends Disposable {
  readonly fd: number;
  readonly words: Int32Array;
}

export function shareWords(count: number): SharedWords {
  const fd = check(memfdCreate("exercise"), { syscall: "memfd_create", doing: "make memory" });
  check(ftruncate(fd, count * 4), { syscall: "ftruncate", doing: "size memory" });
  const mapping = mmap(fd, count * 4);
  if (typeof mapping === "number") throw callError(mapping, { syscall: "mmap", doing: "map memory" });
  return {
    fd,
    words: new Int32Array(mapping.buffer),
    [Symbol.dispose]() {
      munmap(mapping);
      close(fd);
    },
  };
}

/** In a process: map what was handed over. It goes with the process. */
export function mapWords(fd: number, count: number): Int32Array {
  const mapping = mmap(fd, count * 4);
  if (typeof mapping === "number") throw callError(mapping, { syscall: "mmap", doing: "map memory" });
  return new Int32Array(mapping.buffer);
}
