import koffi, { type KoffiFunc } from "koffi";

/** A shared library of this project's own, and a way to its functions. */
export interface Library {
  /** As `bind` does for libc. */
  bind<F extends (...args: never[]) => unknown>(declaration: string): KoffiFunc<F>;
}

/**
 * Load a shared library into this process, for good: it is not unloaded again.
 *
 * @throws {Error} the file is missing, or is no library for this machine.
 * @see dlopen(3)
 */
export function loadLibrary(path: string): Library {
  const library = koffi.load(path);
  return {
    bind: <F extends (...args: never[]) => unknown>(declaration: string) =>
      library.func(declaration) as unknown as KoffiFunc<F>,
  };
}
