import { seededRandom } from "@ipc-playground/bench-kit/run";
import { expect, onTestFinished, test } from "vitest";
import { type ChatClient, connectChat } from "../../src/client/index.ts";
import { serveChat } from "../../src/server/serve-chat.ts";
import { BadNetwork, type Fate } from "./bad-network.ts";

const CLIENTS = 8;
/** Together, of all clients. `pnpm stress` takes more seeds. */
const MESSAGES = 2_000;
const SEEDS = Number(process.env.CHAT_SEEDS ?? 20);
const FATES: readonly Fate[] = ["reset", "stall", "half-frame", "close"];
/** Of a hundred turns, so many bring a cut, and so many a client that dies and another that comes. */
const CUTS = 12;
const DEATHS = 2;
/** Messages said in one turn, without waiting for the answers to those before. */
const SAID_AT_ONCE = 20;

/** Quick to find out that somebody is gone, and to come back; nothing that would slow a client down. */
const IMPATIENT = {
  heartbeat: { intervalMs: 40, timeoutMs: 40, urgentPings: 1 },
  greetMs: 500,
  baseMs: 4,
  capMs: 40,
};
const LIMITS = {
  commandBurst: 1e6,
  commandsPerSecond: 1e6,
  historyMessages: 10 * MESSAGES,
  historyBytes: 1e8,
  heartbeatMs: 60,
  pingMs: 60,
  urgentPings: 1,
};

/** A client, and all that it saw. */
class Witness {
  readonly client: ChatClient;
  /** The number of the last message when it came: it is to see those after it. */
  since: number | undefined;
  readonly seen: { seq: number; text: string }[] = [];
  gaps = 0;

  constructor(network: BadNetwork, nick: string) {
    this.client = connectChat({ host: "127.0.0.1", port: network.port, nick, ...IMPATIENT });
    this.client.on("welcome", ({ rooms }) => {
      this.since ??= rooms[0]?.seq;
    });
    this.client.on("message", ({ seq, text }) => this.seen.push({ seq, text }));
    this.client.on("gap", () => this.gaps++);
  }
}

test.each(Array.from({ length: SEEDS }, (_, i) => [i + 1]))(
  "what is acknowledged is seen exactly once and in order, however often connections break (seed %i)",
  { timeout: 60_000 },
  async (seed) => {
    const random = seededRandom(seed);
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
    await using server = await serveChat({ limits: LIMITS });
    await using network = await BadNetwork.before(server.address);
    let named = 0;
    const come = () => new Witness(network, `n${++named}`);
    const witnesses = Array.from({ length: CLIENTS }, come);
    onTestFinished(() => {
      for (const { client } of witnesses) client.close();
    });
    await Promise.all(witnesses.map(({ client }) => client.whenOnline()));

    /** Texts by the number that the server acknowledged them with. */
    const acknowledged = new Map<number, string>();
    const underWay: Promise<void>[] = [];
    for (let said = 0; said < MESSAGES; ) {
      for (let i = 0; i < SAID_AT_ONCE && said < MESSAGES; i++) {
        const { client } = pick(witnesses);
        const text = `message ${said++} of ${client.nick}`;
        const answered = client.say("lobby", text).then(({ seq }) => {
          expect(acknowledged.get(seq)).toBeUndefined();
          acknowledged.set(seq, text);
        });
        // Only whoever dies takes its unacknowledged messages along.
        underWay.push(answered.catch((error) => expect(client.state, error.message).toBe("closed")));
      }
      if (random() * 100 < CUTS) network.cut(pick(FATES), random());
      if (random() * 100 < DEATHS) {
        const at = Math.floor(random() * CLIENTS);
        (witnesses[at] as Witness).client.close();
        witnesses[at] = come();
      }
      await new Promise(setImmediate);
    }
    await Promise.all(underWay);
    await Promise.all(witnesses.map(({ client }) => client.whenOnline()));
    const last = Math.max(...acknowledged.keys());
    const seenAll = ({ seen, since }: Witness) => since !== undefined && (seen.at(-1)?.seq ?? since) >= last;
    await expect.poll(() => witnesses.every(seenAll), { timeout: 20_000, interval: 5 }).toBe(true);

    for (const { seen, since = 0, gaps } of witnesses) {
      expect(gaps).toBe(0);
      // One after the other, from the first after it came: none lost, none doubled, in order.
      expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => since + 1 + i));
      for (const [seq, text] of acknowledged) {
        if (seq > since) expect(seen[seq - since - 1]?.text).toBe(text);
      }
      // What was not acknowledged may have been said; nothing was said twice.
      expect(new Set(seen.map(({ text }) => text)).size).toBe(seen.length);
    }
    expect(
      network.cuts.reset + network.cuts.stall + network.cuts["half-frame"] + network.cuts.close,
    ).toBeGreaterThan(3);
  },
);
