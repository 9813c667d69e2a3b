import { openSync } from "node:fs";
import { defineBench, type Side, type SyncEndpoint } from "@ipc-playground/bench-kit";
import { IpcError } from "@ipc-playground/contract";
import { createMemfd, mapMemfd } from "./memfd.ts";
import { FrameCopy } from "./ring-copy.ts";
import { type Peer, publish, Waiter, type Waiting } from "./ring-wait.ts";

/** The two cache lines that each slot begins with: a word that says "I sleep", and the message's number. */
const NUMBER_AT = 128;
const MESSAGE_AT = NUMBER_AT + 4;

/** Bytes of one slot: a message and the number of it. The yardstick lays it out in the same way. */
function slotBytes(size: number): number {
  return Math.ceil((MESSAGE_AT + size) / 128) * 128;
}

/** The coordinator watches both sides and ends them together, so nobody has to ask after the other. */
const WATCHED: Peer = {
  state: () => "here",
  died: () => new IpcError("PEER_DIED", "the other side is gone", "see why"),
};

/** The smallest thing that can be said: one message each way in its slot, copied in and copied out. */
function endpoint({ fds, size, role }: Side<"memory">, how: Waiting): SyncEndpoint {
  const memory = mapMemfd(fds.memory);
  const slot = (index: number) => {
    const at = index * slotBytes(size);
    const words = Math.ceil(size / 4);
    return {
      sleeps: memory.view(Int32Array, at, 1),
      number: memory.view(Int32Array, at + NUMBER_AT, 1),
      copy: new FrameCopy(
        memory.view(Uint8Array, at + MESSAGE_AT, size),
        memory.view(Int32Array, at + MESSAGE_AT, words),
      ),
    };
  };
  const [out, input] = role === "a" ? [slot(0), slot(1)] : [slot(1), slot(0)];
  const waiter = new Waiter(how, WATCHED);
  let sent = 0;
  let received = 0;
  return {
    // The other side has answered the last one, so it has copied it out.
    send(message) {
      out.copy.into(0, message);
      sent = (sent + 1) | 0;
      publish(out.number, sent, out.sleeps);
    },
    receive(message) {
      waiter.wait(input.number, received, input.sleeps, Number.POSITIVE_INFINITY);
      received = (received + 1) | 0;
      input.copy.outOf(0, size, message);
      return size;
    },
  };
}

/** Another descriptor of the same file, for the other side: the kit closes each after handing it over. */
export function openAgain(fd: number): number {
  return openSync(`/proc/self/fd/${fd}`, "r+");
}

export default defineBench({
  mechanism: "shm-slot",
  yardstick: "shm-slot",
  yardstickModes: ["blocking", "spin", "hybrid"],
  // One way there would be nobody to say that a slot is free again: see ring-bench.ts.
  measures: ["latency", "rate"],
  work: {
    copies: 2,
    systemCalls: { blocking: 0, spin: 0, hybrid: 0 },
    says: "copied into the slot and out of it; futex(2) is called only where somebody sleeps",
  },
  open({ size }) {
    const { fd } = createMemfd({ bytes: 2 * slotBytes(size), name: "bench" });
    return { a: { fds: { memory: fd } }, b: { fds: { memory: openAgain(fd) } } };
  },
  modes: {
    blocking: (side) => endpoint(side, "futex"),
    spin: (side) => endpoint(side, "spin"),
    hybrid: (side) => endpoint(side, "hybrid"),
  },
});
