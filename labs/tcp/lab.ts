import { defineLab } from "@ipc-playground/lab-kit";
import { tcpDemos } from "@ipc-playground/sockets/tcp-demos";

export default defineLab({
  name: "tcp",
  aliases: ["packets"],
  title: "TCP, watched",
  summary: "segments, states and timers of your own connections, put beside what the books say",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: tcpDemos,
  exercises: ["decode-header", "who-closes", "graceful-close"],
  watchesPackets: true,
});
