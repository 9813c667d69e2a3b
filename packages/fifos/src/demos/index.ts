/** The compiled module of each demo, by the demo's name. */
export const fifoDemos = {
  rendezvous: new URL("./rendezvous.js", import.meta.url),
  "no-wait": new URL("./no-wait.js", import.meta.url),
  "open-order": new URL("./open-order.js", import.meta.url),
  "many-writers": new URL("./many-writers.js", import.meta.url),
  "keep-alive": new URL("./keep-alive.js", import.meta.url),
  server: new URL("./server.js", import.meta.url),
  "one-reply": new URL("./one-reply.js", import.meta.url),
  "both-ways": new URL("./both-ways.js", import.meta.url),
  persist: new URL("./persist.js", import.meta.url),
  "thread-pool": new URL("./thread-pool.js", import.meta.url),
} as const;
