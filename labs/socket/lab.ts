import { defineLab } from "@ipc-playground/lab-kit";
import { socketDemos } from "@ipc-playground/sockets/demos";

export default defineLab({
  name: "socket",
  aliases: ["sockets", "unix", "udp", "net", "epoll"],
  title: "Sockets",
  summary: "one interface for the machine and the network: streams, datagrams, and who waits for whom",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: socketDemos,
  exercises: ["framing", "backpressure", "edge-reader"],
});
