/** The compiled module of each demo, by the demo's name. */
export const sharedMemoryDemos = {
  "lost-update": new URL("./lost-update.js", import.meta.url),
  least: new URL("./least.js", import.meta.url),
  cures: new URL("./cures.js", import.meta.url),
  reordering: new URL("./reordering.js", import.meta.url),
  "false-sharing": new URL("./false-sharing.js", import.meta.url),
  peterson: new URL("./peterson.js", import.meta.url),
} as const;
