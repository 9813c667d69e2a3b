import type { IdleJob } from "../job.ts";
import { Crowd, type Hello } from "./crowd.ts";
import { enterAll } from "./enter.ts";

/** Connect them all, and hold on until standard input ends; `entered` is told when everybody is in. */
export function idle(job: IdleJob, entered: (connections: number) => void): void {
  using crowd = new Crowd(job.server.port, job.stallMs);
  enterAll(
    crowd,
    Array.from({ length: job.connections }, (_, i) => helloOf(i, job.perRoom)),
  );
  let over = false;
  crowd.on = {
    abandoned: () => {
      over = true;
    },
  };
  entered(job.connections);
  // What the server still says is read, as an idle person's program does.
  while (!over) crowd.turn(Number.POSITIVE_INFINITY);
}

/** With several rooms, each goes into one of them, and out of the one where all would be together. */
function helloOf(who: number, perRoom: number | undefined): Omit<Hello, "from"> {
  const nick = `r${who}\n`;
  if (perRoom === undefined) return { says: nick, answer: "* Welcome" };
  const room = `room${Math.floor(who / perRoom)}`;
  return { says: `${nick}/leave\n/join ${room}\n`, answer: `* You are in ${room}` };
}
