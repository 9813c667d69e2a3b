import { bytesText } from "@ipc-playground/bench-kit/run";

/** `Messages of 100 B`; with notifications among them, which carry none, that is said. */
export function sizesText(entries: readonly { size: number }[]): string {
  const sizes = [...new Set(entries.map(({ size }) => size))].sort((x, y) => x - y);
  const some = sizes.filter((size) => size > 0).map(bytesText);
  if (some.length === 0) return "Notifications without bytes";
  const messages = `Messages of ${some.join(" and ")}`;
  return sizes.includes(0) ? `${messages}; signals, semaphores and the like carry no bytes` : messages;
}

/** Where one picture has a mechanism at several sizes, its labels say which. */
export function labelWithSize<T extends { label: string; size: number }>(entries: readonly T[]): T[] {
  const several = new Set(entries.map(({ size }) => size)).size > 1;
  return entries.map((entry) =>
    several ? { ...entry, label: `${entry.label}, ${bytesText(entry.size)}` } : entry,
  );
}
