import { defineBench, type Side, type SyncEndpoint } from "@ipc-playground/bench-kit";

/** Further apart than a cache line and its neighbour: both sides write, each into a slot of its own. */
const APART = 128;
const MESSAGE_AT = 4;

/** Bytes of one slot: the number of the message, and the message. */
function slotBytes(size: number): number {
  return Math.ceil((MESSAGE_AT + size) / APART) * APART;
}

/**
 * Memory of two threads of one process: a slot for each way, a message copied in, the number of it, and the
 * message copied out. Between processes it is shm-slot.
 */
export default defineBench({
  mechanism: "worker-shared",
  noYardstick: "there is no such thing in C",
  // One way there would be nobody to say that a slot is free again.
  measures: ["latency", "rate"],
  work: {
    copies: 2,
    systemCalls: { blocking: 0, spin: 0 },
    says: "copied into the slot and out of it; futex(2) is called only where somebody sleeps",
  },

  share({ size }) {
    const memory = new SharedArrayBuffer(2 * slotBytes(size));
    return { a: memory, b: memory };
  },

  modes: {
    blocking: (side) => slots(side, (number, seen) => void Atomics.wait(number, 0, seen), Atomics.notify),
    spin: (side) =>
      slots(
        side,
        () => {},
        () => {},
      ),
  },
});

/** `pause` is called while there is nothing new, `wake` after there is. */
function slots(
  { shared, role, size }: Side,
  pause: (number: Int32Array, seen: number) => void,
  wake: (number: Int32Array, index: number) => void,
): SyncEndpoint {
  if (!(shared instanceof SharedArrayBuffer)) throw new TypeError("there is no memory for this side");
  const slot = (index: number) => ({
    number: new Int32Array(shared, index * slotBytes(size), 1),
    bytes: new Uint8Array(shared, index * slotBytes(size) + MESSAGE_AT, size),
  });
  const [out, input] = role === "a" ? [slot(0), slot(1)] : [slot(1), slot(0)];
  let received = 0;
  return {
    // The other side has answered the last one, so it has copied it out.
    send(message) {
      out.bytes.set(message);
      Atomics.add(out.number, 0, 1);
      wake(out.number, 0);
    },
    receive(message) {
      while (Atomics.load(input.number, 0) === received) pause(input.number, received);
      received = (received + 1) | 0;
      message.set(input.bytes);
      return size;
    },
  };
}
