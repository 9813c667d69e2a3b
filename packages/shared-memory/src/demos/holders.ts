import { allPids, memoryMaps, openDescriptors } from "@ipc-playground/libc";

/** How many processes that we may inspect have a memory file of that name open or mapped. */
export function holders(name: string): number {
  const has = (text: string) => text.includes(`/memfd:${name}`);
  return allPids().filter(
    (pid) =>
      openDescriptors(pid)?.some(({ target }) => has(target)) ||
      memoryMaps(pid)?.some(({ path }) => has(path)),
  ).length;
}
