import { defineLab } from "@ipc-playground/lab-kit";
import { signalDemos } from "@ipc-playground/signals/demos";

export default defineLab({
  name: "signal",
  aliases: ["signals", "sig"],
  title: "Signals",
  summary: "interruptions: pending, merged, queued, caught and not; what Node makes of them",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: signalDemos,
  exercises: ["graceful-stop", "full-queue"],
});
