import { IpcError } from "@ipc-playground/contract";
import koffi, { type KoffiFunc } from "koffi";

if (process.platform !== "linux") {
  throw new IpcError(
    "NOT_LINUX",
    `this is ${process.platform}, and the playground talks to the Linux kernel`,
    "run it on Linux: a virtual machine, WSL 2 or a container will do",
  );
}

// Node has libc in its own address space already, whichever libc it was built with.
const libc = koffi.load(null);

// koffi's type names are global to the process, so this is the only place that defines any.
koffi.alias("ssize_t", "intptr_t");
koffi.alias("pid_t", "int");

/**
 * Bind one C function. A variadic function is declared with the arguments it is called with:
 * on x64 and arm64 Linux, integer arguments travel the same way in both.
 */
export function bind<F extends (...args: never[]) => unknown>(declaration: string): KoffiFunc<F> {
  return find(declaration) as unknown as KoffiFunc<F>;
}

function find(declaration: string) {
  try {
    return libc.func(declaration);
  } catch {
    // Before glibc 2.34, queues and semaphores stood in libraries of their own.
    try {
      return koffi.load("librt.so.1").func(declaration);
    } catch {
      return koffi.load("libpthread.so.0").func(declaration);
    }
  }
}

/**
 * Turn libc's pair (-1, errno) into the one number that the system call itself returned:
 * the result, or minus the error number. Call it on the result at once: the next call into C
 * may change errno.
 */
export function withErrno(result: number): number {
  return result === -1 ? -koffi.errno() : result;
}

/**
 * Run a bound function on libuv's thread pool. Resolves as {@link withErrno} would.
 *
 * Whatever is called must come back by itself, soon: while a call is stuck in the pool neither
 * `process.exit()` nor an uncaught error can end the process, and four of them stop every file
 * operation of Node. Callers pass a timeout to the kernel and call again.
 */
export function callInPool<A extends unknown[]>(
  fn: KoffiFunc<(...args: A) => number>,
  ...args: A
): Promise<number> {
  return new Promise((resolve, reject) => {
    fn.async(...args, (error: unknown, result: number) => {
      // Only here, in the callback, does errno still belong to this call.
      if (error) reject(error);
      else resolve(withErrno(result));
    });
  });
}
