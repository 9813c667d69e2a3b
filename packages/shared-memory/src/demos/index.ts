/** The compiled module of each demo, by the demo's name. */
export const sharedMemoryDemos = {
  "lost-update": new URL("./lost-update.js", import.meta.url),
  least: new URL("./least.js", import.meta.url),
  cures: new URL("./cures.js", import.meta.url),
  reordering: new URL("./reordering.js", import.meta.url),
  "false-sharing": new URL("./false-sharing.js", import.meta.url),
  peterson: new URL("./peterson.js", import.meta.url),
  size: new URL("./size.js", import.meta.url),
  addresses: new URL("./addresses.js", import.meta.url),
  sigbus: new URL("./sigbus.js", import.meta.url),
  stranger: new URL("./stranger.js", import.meta.url),
  seals: new URL("./seals.js", import.meta.url),
  "zero-copy": new URL("./zero-copy.js", import.meta.url),
  silent: new URL("./silent.js", import.meta.url),
  fastest: new URL("./fastest.js", import.meta.url),
} as const;
