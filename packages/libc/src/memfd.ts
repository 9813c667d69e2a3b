import { bind, withErrno } from "./binding.ts";

const c = {
  memfd_create: bind<(name: string, flags: number) => number>(
    "int memfd_create(const char *name, unsigned int flags)",
  ),
};

const MFD_CLOEXEC = 0x1;

/**
 * memfd_create(2): a file that lives in memory, has no path, and is gone with its last descriptor.
 * `name` only shows in /proc. Returns a descriptor (close-on-exec), or `-errno`.
 */
export function memfdCreate(name: string): number {
  return withErrno(c.memfd_create(name, MFD_CLOEXEC));
}
