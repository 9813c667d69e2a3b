import { defineBench } from "@ipc-playground/bench-kit";
import { openProcessChannel, sendToPartner } from "../process-channel.ts";

/** process.send() as it is by default. JSON has no bytes, so they travel as a string in base64. */
export default defineBench({
  mechanism: "process-send-json",
  noYardstick: "there is no such thing in C",

  open: () => openProcessChannel("json"),

  modes: {
    "event-loop"(_, deliver) {
      process.on("message", (message: string) => deliver(Buffer.from(message, "base64")));
      return {
        send(message, sent) {
          const { buffer, byteOffset, length } = message;
          sendToPartner(Buffer.from(buffer, byteOffset, length).toString("base64"), sent);
        },
      };
    },
  },
});
