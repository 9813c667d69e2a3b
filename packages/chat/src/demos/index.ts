/** The compiled module of each demo of the chat lab, by the demo's name, in the lesson's order. */
export const chatDemos = {
  sticky: new URL("./sticky.js", import.meta.url),
  doors: new URL("./doors.js", import.meta.url),
  broadcast: new URL("./broadcast.js", import.meta.url),
  order: new URL("./order.js", import.meta.url),
  whisper: new URL("./whisper.js", import.meta.url),
  "slow-reader": new URL("./slow-reader.js", import.meta.url),
  flood: new URL("./flood.js", import.meta.url),
  "dead-peer": new URL("./dead-peer.js", import.meta.url),
  resume: new URL("./resume.js", import.meta.url),
  drain: new URL("./drain.js", import.meta.url),
  "two-process": new URL("./two-process.js", import.meta.url),
} as const;
