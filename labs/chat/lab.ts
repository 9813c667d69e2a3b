import { chatDemos } from "@ipc-playground/chat/demos";
import { defineLab } from "@ipc-playground/lab-kit";

export default defineLab({
  name: "chat",
  aliases: ["chats", "chatroom"],
  title: "A chat room",
  summary:
    "all of it together: framing, backpressure, heartbeats, resuming and a good end, in a server to talk in",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: chatDemos,
  exercises: ["add-a-command", "slow-reader", "bot"],
});
