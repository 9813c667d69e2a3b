import { expect, test, vi } from "vitest";
import type { Limits } from "../../src/limits.ts";
import type { ChatServer } from "../../src/server/chat-server.ts";
import { FrameClient, LineClient, until } from "./clients.ts";
import { expectEndings, keepSendBuffersSmall, serving, stopTheClock } from "./serving.ts";

const KIB = 1_024;
const TEXT = "x".repeat(1_000);

/** Two who read, and one who has stopped to; a server whose kernel keeps little for that one. */
class Scene {
  readonly server: ChatServer;
  readonly ana: LineClient;
  readonly ben: LineClient;
  readonly deaf: LineClient;
  #said = 0;

  private constructor(server: ChatServer, people: [LineClient, LineClient, LineClient]) {
    this.server = server;
    [this.ana, this.ben, this.deaf] = people;
  }

  static async open(limits: Partial<Limits> = {}): Promise<Scene> {
    const server = await serving({ limits });
    keepSendBuffersSmall(server);
    const ana = await LineClient.enter(server, "ana");
    const ben = await LineClient.enter(server, "ben");
    const deaf = await LineClient.enter(server, "deaf");
    deaf.socket.pause();
    return new Scene(server, [ana, ben, deaf]);
  }

  /** ana talks until a fact is true; ben has heard each message before the next is said. */
  async talkUntil(fact: () => unknown): Promise<void> {
    while (!fact()) {
      const said = `${this.#said++} ${TEXT}`;
      this.ana.say(said);
      await this.ben.line(`<ana> ${said}`);
    }
  }

  /** So much is queued by the server that nothing could have flowed out since: the kernels' buffers are full. */
  async stall(): Promise<void> {
    await this.talkUntil(() => this.server.counters.queueHighWater > 256 * KIB);
  }
}

test("over the soft limit a slow reader's own commands wait, and are carried out when it has caught up", async () => {
  const scene = await Scene.open();
  await scene.stall();
  const { ana, ben, deaf, server } = scene;
  const { messagesIn } = server.counters;
  deaf.say("can you hear me?");
  for (const text of ["no", "not at all"]) {
    ana.say(text);
    await ben.line(`<ana> ${text}`);
  }
  expect(server.counters.messagesIn).toBe(messagesIn + 2);
  deaf.socket.resume();
  await ben.line("<deaf> can you hear me?");
  await deaf.line("<ana> not at all");
  expect(deaf.lines.filter((line) => line.startsWith("<ana>"))).toHaveLength(messagesIn + 2);
});

test("at the hard limit a slow reader is cut, the others hear why, and no more than that was kept", async () => {
  const hardQueueBytes = 32 * KIB;
  const scene = await Scene.open({ hardQueueBytes });
  const { ben, deaf, server } = scene;
  await scene.talkUntil(() => server.counters.endings.slow > 0);
  expect(ben.lines.filter((line) => line.includes("left"))).toEqual([
    expect.stringMatching(/^\* deaf left lobby: did not read: \d+ bytes waited \(2 people\)\.$/),
  ]);
  // One message more than the limit is what finds out.
  expect(server.counters.queueHighWater).toBeGreaterThan(hardQueueBytes);
  expect(server.counters.queueHighWater).toBeLessThan(hardQueueBytes + 2 * KIB);
  deaf.socket.resume();
  await deaf.isClosed();
  await expectEndings(server, { slow: 1 });
});

test("a slow reader that stays behind for 30 s is cut, however little waits", async () => {
  stopTheClock();
  const scene = await Scene.open();
  await scene.stall();
  await vi.advanceTimersByTimeAsync(29_999);
  expect(scene.server.sessionCount).toBe(3);
  await vi.advanceTimersByTimeAsync(1);
  await scene.ben.line("* deaf left lobby: did not catch up within 30 s (2 people).");
  await expectEndings(scene.server, { slow: 1 });
});

test("who catches up in time is behind no more: those 30 s are forgotten", async () => {
  stopTheClock();
  const scene = await Scene.open();
  const { ana, ben, deaf, server } = scene;
  await scene.stall();
  await vi.advanceTimersByTimeAsync(20_000);
  deaf.socket.resume();
  ana.say("caught up?");
  await deaf.line("<ana> caught up?");
  deaf.say("yes");
  await ben.line("<deaf> yes");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(server.sessionCount).toBe(3);
  deaf.say("still here");
  await ben.line("<deaf> still here");
});

test("who asks for much and reads nothing is not read from over the soft limit: answers do not pile up", async () => {
  const { ana, ben, deaf, server } = await Scene.open();
  deaf.say(...Array.from({ length: 20_000 }, () => "/help"));
  await until(() => server.counters.queueHighWater > 64 * KIB);
  ana.say("anybody?");
  await ben.line("<ana> anybody?");
  // The 20,000 answers would be 14 MB.
  expect(server.counters.queueHighWater).toBeLessThan(68 * KIB);
  expect(server.counters.endings.slow).toBe(0);
});

test("200 who do not read, in a busy room: the others get everything in order, and the server keeps no more than it may", async () => {
  const hardQueueBytes = 64 * KIB;
  const server = await serving({ limits: { hardQueueBytes } });
  keepSendBuffersSmall(server);
  const deaf = Array.from({ length: 200 }, (_, i) =>
    new LineClient(server, { reads: false }).say(`deaf${i}`),
  );
  await until(() => server.people().length === 200);
  const listeners = [
    await FrameClient.enter(server, "listener1"),
    await FrameClient.enter(server, "listener2"),
  ] as const;
  const ana = await LineClient.enter(server, "ana");
  const texts: string[] = [];
  while (server.counters.endings.slow < 200) {
    const batch = Array.from({ length: 20 }, () => `${texts.length} ${TEXT}`);
    texts.push(...batch);
    ana.say(...batch);
    await until(() => listeners.every((one) => one.texts().length === texts.length));
  }
  for (const one of listeners) expect(one.texts()).toEqual(texts);
  expect(server.counters.stalls).toBeGreaterThanOrEqual(200);
  // No reader ever had more waiting than the limit and one batch; and those bytes are the same for all of them.
  expect(server.counters.queueHighWater).toBeLessThan(hardQueueBytes + 24 * KIB);
  await until(() => server.sessionCount === 3);
  expect(server.people().map(({ nick }) => nick)).toEqual(["listener1", "listener2", "ana"]);
  for (const client of deaf) client.socket.destroy();
});
