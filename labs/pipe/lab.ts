import { defineLab } from "@ipc-playground/lab-kit";
import { pipeDemos } from "@ipc-playground/pipes/demos";

export default defineLab({
  name: "pipe",
  aliases: ["pipes"],
  title: "Anonymous pipes",
  summary: "bytes one way between processes: waiting, end-of-file, atomicity, deadlock",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: pipeDemos,
  exercises: ["plumbing", "silent-reader", "request-reply"],
});
