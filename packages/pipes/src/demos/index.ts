/** The compiled module of each demo, by the demo's name. */
export const pipeDemos = {
  plumbing: new URL("./plumbing.js", import.meta.url),
  "one-way": new URL("./one-way.js", import.meta.url),
  eof: new URL("./eof.js", import.meta.url),
  barrier: new URL("./barrier.js", import.meta.url),
  full: new URL("./full.js", import.meta.url),
  capacity: new URL("./capacity.js", import.meta.url),
  atomic: new URL("./atomic.js", import.meta.url),
  boundaries: new URL("./boundaries.js", import.meta.url),
  broken: new URL("./broken.js", import.meta.url),
  deadlock: new URL("./deadlock.js", import.meta.url),
  stranger: new URL("./stranger.js", import.meta.url),
  "node-stdio": new URL("./node-stdio.js", import.meta.url),
} as const;
