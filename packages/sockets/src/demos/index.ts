/** The compiled module of each demo of the socket lab, by the demo's name. */
export const socketDemos = {
  families: new URL("./families.js", import.meta.url),
  boundaries: new URL("./boundaries.js", import.meta.url),
  socketpair: new URL("./socketpair.js", import.meta.url),
  "fd-passing": new URL("./fd-passing.js", import.meta.url),
  credentials: new URL("./credentials.js", import.meta.url),
  abstract: new URL("./abstract.js", import.meta.url),
  "path-length": new URL("./path-length.js", import.meta.url),
  "stale-path": new URL("./stale-path.js", import.meta.url),
  "dgram-blocks": new URL("./dgram-blocks.js", import.meta.url),
  "udp-loss": new URL("./udp-loss.js", import.meta.url),
  "udp-truncation": new URL("./udp-truncation.js", import.meta.url),
  "udp-connected": new URL("./udp-connected.js", import.meta.url),
  checksum: new URL("./checksum.js", import.meta.url),
  broadcast: new URL("./broadcast.js", import.meta.url),
  multicast: new URL("./multicast.js", import.meta.url),
  "tcp-vs-udp": new URL("./tcp-vs-udp.js", import.meta.url),
} as const;
