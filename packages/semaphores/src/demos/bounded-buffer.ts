import { defineDemo, type Log, type ProcessContext } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { mapWords, shareWords } from "./memory.ts";
import { down, up } from "./telling.ts";

const MUTEX = { index: 0, name: "mutex" };
const SLOTS = { index: 1, name: "free slots" };
const ITEMS = { index: 2, name: "items" };
const GATE = 3;
const CAPACITY = 3;
const MANY = 1_000;
/** In shared memory: how many were put, how many were got, and the buffer itself. */
const [PUT, GOT, BUFFER] = [0, 1, 2];
const WORDS = BUFFER + CAPACITY;

class BoundedBuffer {
  readonly #words: Int32Array;
  readonly #set: SemaphoreSet;
  constructor({ fd, number }: ProcessContext) {
    this.#words = mapWords(fd("memory"), WORDS);
    this.#set = new SemaphoreSet(number("set"));
  }
  /** `pauses`: between the two semaphores it waits for the director. */
  put(item: number, log?: Log, pauses = false): void {
    if (log) down(log, this.#set, SLOTS);
    else this.#set.wait(SLOTS.index);
    if (pauses) this.#set.wait(GATE);
    this.#set.wait(MUTEX.index);
    // Load and store, and not one atomic add: it is the mutex that makes it safe.
    const put = Atomics.load(this.#words, PUT);
    this.#dawdle();
    Atomics.store(this.#words, PUT, put + 1);
    this.#words[BUFFER + (put % CAPACITY)] = item;
    this.#set.post(MUTEX.index);
    if (log) up(log, this.#set, ITEMS, { note: `Item ${item} is in.`, flow: `item ${item}` });
    else this.#set.post(ITEMS.index);
  }
  /** So long that, without the mutex, somebody else would come in between. */
  #dawdle(): void {
    for (let i = 0; i < 200; i++) Atomics.load(this.#words, PUT);
  }
  get(log?: Log): number {
    const next = this.#words[GOT] as number;
    if (log) down(log, this.#set, ITEMS, { flow: `item ${next + 1}` });
    else this.#set.wait(ITEMS.index);
    this.#set.wait(MUTEX.index);
    const got = Atomics.load(this.#words, GOT);
    this.#dawdle();
    Atomics.store(this.#words, GOT, got + 1);
    const item = this.#words[BUFFER + (got % CAPACITY)] as number;
    this.#set.post(MUTEX.index);
    if (log) up(log, this.#set, SLOTS);
    else this.#set.post(SLOTS.index);
    return item;
  }
}

export default defineDemo({
  name: "bounded-buffer",
  title: "A bounded buffer: one semaphore counts items, one counts free slots",
  claims: {
    waits: {
      says: "Who finds the buffer full, or empty, sleeps until that has changed.",
      expect: "holds",
      source: 'Downey, The Little Book of Semaphores, "Producer-consumer problem"',
    },
    once: {
      says: "With any number of producers and consumers, each item is got exactly once.",
      expect: "holds",
      source: 'Downey, The Little Book of Semaphores, "Producer-consumer problem"',
    },
    sum: {
      says: "Items and free slots together are always as many as the buffer has places.",
      expect: "refuted",
      source: "a place in somebody's hands is counted by neither",
    },
  },
  processes: {
    producer(context) {
      const buffer = new BoundedBuffer(context);
      for (let item = 1; item <= CAPACITY + 1; item++) buffer.put(item, context.log);
    },
    slowProducer(context) {
      new BoundedBuffer(context).put(CAPACITY + 2, context.log, true);
    },
    consumer(context) {
      const buffer = new BoundedBuffer(context);
      return Array.from({ length: CAPACITY + 2 }, () => buffer.get(context.log));
    },
    manyIn(context) {
      const [buffer, first] = [new BoundedBuffer(context), context.number("first")];
      context.log.call(`put ×${MANY}`, "buffer", () => {
        for (let i = 0; i < MANY; i++) buffer.put(first + i);
      });
    },
    manyOut(context) {
      const buffer = new BoundedBuffer(context);
      return context.log.call(
        `get ×${MANY}`,
        "buffer",
        () => Array.from({ length: MANY }, () => buffer.get()),
        undefined,
        () => ({ result: "done" }),
      );
    },
  },
  async run({ start, own, claim, step, until }) {
    using memory = shareWords(WORDS);
    const set = createSemaphoreSet(Number(own("sysv-sem")), [1, CAPACITY, 0, 0]);
    const play = { args: { set: set.id }, fds: { memory: memory.fd } };
    step(`A producer with ${CAPACITY + 1} items, a buffer with ${CAPACITY} places, and no consumer yet.`);
    const producer = start("producer", play);
    await until(() => set.waiters(SLOTS.index) === 1, { what: "the producer to find it full" });
    const full = `full (${set.value(ITEMS.index)} items): the producer is ${producer.whereabouts()}`;
    step("A consumer comes, takes all there is, and waits for more.");
    const consumer = start("consumer", play);
    await producer.result();
    await until(() => set.waiters(ITEMS.index) === 1, { what: "the consumer to find it empty" });
    const empty = `empty: the consumer is ${consumer.whereabouts()}`;

    step("Another producer takes a free slot, and pauses before it puts its item in.");
    const slow = start("slowProducer", { ...play, as: "slow producer" });
    await until(() => set.waiters(GATE) === 1, { what: "it to pause" });
    const [, slots = 0, items = 0] = set.values();
    claim(
      "sum",
      slots + items === CAPACITY,
      `${slots} free slots and ${items} items, of ${CAPACITY} places: one is in its hands`,
    );
    set.post(GATE);
    await slow.result();
    const got = await consumer.result<number[]>();
    claim("waits", got.join() === "1,2,3,4,5", `${full}; ${empty}; in the end it got ${got.join(", ")}`);

    step(`Two producers with ${MANY} items each, two consumers, all at once.`);
    const producers = [0, 1].map((i) =>
      start("manyIn", { ...play, as: `producer ${i + 1}`, args: { ...play.args, first: i * MANY } }),
    );
    const consumers = [0, 1].map((i) => start("manyOut", { ...play, as: `consumer ${i + 1}` }));
    for (const each of producers) await each.result();
    const all = (await Promise.all(consumers.map((each) => each.result<number[]>()))).flat();
    const different = new Set(all).size;
    claim(
      "once",
      all.length === 2 * MANY && different === 2 * MANY,
      `${2 * MANY} were put; ${all.length} were got, ${different} of them different`,
    );
  },
});
