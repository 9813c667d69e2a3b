import type { Effect, End } from "../core/effect.ts";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-message.ts";
import type { Counters } from "./counters.ts";
import type { FrontDoor } from "./door.ts";
import type { Session } from "./session.ts";

type Message = ServerMessageOf<"message">;
type Publish = Extract<Effect<Session>, { kind: "publish" }>;

/** What was said in one room since the last flush. */
interface Batch {
  readonly room: string;
  readonly messages: Message[];
  /** Who said each of them. */
  readonly authors: Session[];
  readonly since: number;
}

/**
 * Carries out what the core wants told. What is said in rooms is gathered until the turn of the event loop is
 * over, and leaves each listener in one write, encoded once for all of them: to write costs as much for one
 * message as for a hundred. Everything else goes out at once, after what was gathered before it.
 */
export class Delivery {
  readonly #counters: Counters;
  readonly #onFlush: (ms: number) => void;
  readonly #end: (end: End<Session>) => void;
  readonly #batches = new Map<ReadonlySet<Session>, Batch>();
  /** Acknowledgements go out with the flush: they follow what they acknowledge. */
  #acks: { to: Session; message: ServerMessageOf<"ack"> }[] = [];
  #scheduled = false;

  /** @param onFlush Is told how long it took from the first message to the last write, in milliseconds. */
  constructor(
    counters: Counters,
    { onFlush, end }: { onFlush: (ms: number) => void; end: (end: End<Session>) => void },
  ) {
    this.#counters = counters;
    this.#onFlush = onFlush;
    this.#end = end;
  }

  carryOut(effects: readonly Effect<Session>[]): void {
    for (const effect of effects) {
      if (effect.kind === "publish" && effect.message.type === "message")
        this.#gather(effect, effect.message);
      else if (effect.kind === "tell" && effect.message.type === "ack")
        this.#acknowledge(effect.to, effect.message);
      else this.#now(effect);
    }
  }

  /** Write what was gathered. To be called before who is in a room changes. */
  flush(): void {
    if (this.#batches.size === 0 && this.#acks.length === 0) return;
    const batches = [...this.#batches];
    this.#batches.clear();
    for (const [to, batch] of batches) {
      this.#write(to, batch);
      this.#onFlush(performance.now() - batch.since);
    }
    const acks = this.#acks;
    this.#acks = [];
    for (const { to, message } of acks) to.tell(message);
  }

  #gather({ to, by }: Publish, message: Message): void {
    let batch = this.#batches.get(to);
    if (batch === undefined) {
      batch = { room: message.room, messages: [], authors: [], since: performance.now() };
      this.#batches.set(to, batch);
    }
    batch.messages.push(message);
    batch.authors.push(by as Session);
    this.#schedule();
  }

  #acknowledge(to: Session, message: ServerMessageOf<"ack">): void {
    this.#acks.push({ to, message });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After all that this turn of the event loop reads, from whatever connections.
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  #write(to: ReadonlySet<Session>, { room, messages, authors }: Batch): void {
    const shared = new Shared(messages);
    const spoke = new Set(authors);
    for (const session of to) {
      const { door } = session;
      const here = session.isHere(room);
      if (door.echoes || !spoke.has(session)) {
        session.send(shared.bytes(door, here));
        this.#counters.messagesOut += messages.length;
      } else {
        const others = spoke.size === 1 ? [] : messages.filter((_, i) => authors[i] !== session);
        if (others.length > 0) session.send(door.encode(others, here));
        this.#counters.messagesOut += others.length;
      }
    }
  }

  #now(effect: Effect<Session>): void {
    this.flush();
    if (effect.kind === "end") this.#end(effect);
    else if (effect.kind === "tell") effect.to.tell(effect.message);
    else this.#publish(effect);
  }

  /** A notice: nobody needs to be told what they did themselves. Encoded once, too: a crowd may come at once. */
  #publish({ to, by, message }: Publish): void {
    const shared = new Shared([message]);
    for (const session of to) if (session !== by) session.send(shared.bytes(session.door, true));
  }
}

/** The same messages for all who come by the same door: encoded when the first of them needs it. */
class Shared {
  readonly #messages: readonly ServerMessage[];
  readonly #made: { door: FrontDoor; here: boolean; bytes: Uint8Array }[] = [];

  constructor(messages: readonly ServerMessage[]) {
    this.#messages = messages;
  }

  bytes(door: FrontDoor, here: boolean): Uint8Array {
    // Two or three entries: a loop is faster than a map.
    for (const made of this.#made) if (made.door === door && made.here === here) return made.bytes;
    const bytes = door.encode(this.#messages, here);
    this.#made.push({ door, here, bytes });
    return bytes;
  }
}
