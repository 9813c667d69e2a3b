import { defineBench } from "@ipc-playground/bench-kit";
import { openProcessChannel, sendToPartner } from "../process-channel.ts";

/** process.send() with `serialization: "advanced"`, which sends a Uint8Array as what it is. */
export default defineBench({
  mechanism: "process-send-advanced",
  noYardstick: "there is no such thing in C",

  open: () => openProcessChannel("advanced"),

  modes: {
    "event-loop"(_, deliver) {
      process.on("message", (message: Uint8Array) => deliver(message));
      return { send: sendToPartner };
    },
  },
});
