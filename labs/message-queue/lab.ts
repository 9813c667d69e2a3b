import { defineLab } from "@ipc-playground/lab-kit";
import { messageQueueDemos } from "@ipc-playground/message-queues/demos";

export default defineLab({
  name: "message-queue",
  aliases: ["message-queues", "mq", "sysv-mq", "posix-mq"],
  title: "Message queues",
  summary: "whole messages with types and priorities, System V and POSIX",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: messageQueueDemos,
  exercises: ["typed-replies", "job-queue"],
});
