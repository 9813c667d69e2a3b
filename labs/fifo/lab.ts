import { fifoDemos } from "@ipc-playground/fifos/demos";
import { defineLab } from "@ipc-playground/lab-kit";

export default defineLab({
  name: "fifo",
  aliases: ["fifos"],
  title: "FIFOs",
  summary: "pipes with a name: strangers meet at a path, and wait for each other",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: fifoDemos,
  exercises: ["keep-alive", "reply-fifos"],
});
