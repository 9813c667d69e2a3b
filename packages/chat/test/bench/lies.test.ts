import { expect, test } from "vitest";
import { honest, type OnLine, roomServer, runLoad } from "./room-server.ts";

// Three runs of 8 messages (to warm up, to settle, to count), and one message more that only shows what is wrong
// with the last one before it.
const LAST_THAT_COUNTS = 23;

test("an honest server is counted in full: every message, every receiver, and a latency for each", async () => {
  const { port } = await roomServer(honest);
  const answer = await runLoad(port);
  expect(answer).toMatchObject({ kind: "broadcast", runs: [{ window: 4, messages: 8, deliveries: 24 }] });
  const [run] = answer.kind === "broadcast" ? answer.runs : [];
  expect(run?.latencyNs).toHaveLength(8);
  expect(Math.min(...(run?.latencyNs ?? []))).toBeGreaterThan(0);
  expect(run?.usage.server?.cpuMicros).toBeGreaterThan(0);
});

/** Honest, but for the second receiver, who gets these lines for this message. */
function lie(at: number, lines: (line: string, before: string) => string[]): OnLine {
  let before = "";
  return (line, number, room) => {
    for (const [i, receiver] of room.receivers.entries()) {
      const told = i === 1 && number === at ? lines(line, before) : [line];
      for (const one of told) receiver.write(`<s> ${one}\n`);
    }
    before = line;
  };
}

test.each([
  [
    "drops a message",
    lie(5, () => []),
    "receiver 2 of 3 got message 6 where message 5 was due: something is lost",
  ],
  [
    "doubles a message",
    lie(5, (line) => [line, line]),
    "receiver 2 of 3 got message 5 where message 6 was due: doubled",
  ],
  [
    "brings the last message again when everybody has it",
    lie(LAST_THAT_COUNTS + 1, (line, before) => [before, line]),
    "receiver 2 of 3 got message 23 where message 24 was due: doubled",
  ],
  [
    "brings an old message again, and not the one that is due",
    lie(5, (_, before) => [before]),
    "receiver 2 of 3 got message 4 where message 5 was due: doubled",
  ],
  [
    "changes one byte",
    lie(5, (line) => [`${line.slice(0, 30)}?${line.slice(31)}`]),
    /^receiver 2 of 3 got wrong bytes where message 5 was due/,
  ],
  [
    "joins halves of two messages",
    lie(5, (line, before) => [before.slice(0, 30) + line.slice(30)]),
    "receiver 2 of 3 got message 4 where message 5 was due: doubled",
  ],
  ["cuts a message short", lie(5, (line) => [line.slice(0, 20)]), /^receiver 2 of 3 got wrong bytes/],
  [
    "refuses a receiver something",
    lie(5, (line) => [`${line}\n! SLOW: you did not read`]),
    /^receiver 2 of 3 got wrong bytes where message 6 was due: "! SLOW/,
  ],
])("a server that %s voids the row", async (_, onLine, reason) => {
  const { port } = await roomServer(onLine);
  const answer = await runLoad(port);
  expect(answer).toEqual({
    kind: "failed",
    reason: typeof reason === "string" ? expect.stringContaining(reason) : expect.stringMatching(reason),
  });
});

test("a server that swaps two messages voids the row", async () => {
  let held = "";
  const { port } = await roomServer((line, number, room) => {
    if (number === 5) held = line;
    else if (number === 6) for (const one of [line, held]) honest(one, number, room);
    else honest(line, number, room);
  });
  expect(await runLoad(port)).toEqual({
    kind: "failed",
    reason: expect.stringMatching(
      /^receiver \d of 3 got message 6 where message 5 was due: something is lost or out of order$/,
    ),
  });
});

test("a message that never comes is told after a while, and for whom it was", async () => {
  const { port } = await roomServer(lie(LAST_THAT_COUNTS, () => []));
  expect(await runLoad(port, { stallMs: 300 })).toEqual({
    kind: "failed",
    reason:
      "nothing came for 300 ms: message 23 has not come to 1 of 3 receivers, the first of them number 2",
  });
});

test.each([
  ["gives the sender its message back", "<s> hello\n", 'the sender got "<s> hello"'],
  ["refuses the sender something", "! FLOOD: wait\n", 'the sender got "! FLOOD: wait"'],
])("a server that %s voids the row", async (_, answer, reason) => {
  const { port } = await roomServer((line, number, room) => {
    if (number === 3) room.sender.write(answer);
    honest(line, number, room);
  });
  expect(await runLoad(port, { messages: 1_000 })).toEqual({ kind: "failed", reason });
});

test("a server that hangs up voids the row", async () => {
  const { port } = await roomServer((line, number, room) => {
    if (number === 3) room.receivers[2]?.destroy();
    honest(line, number, room);
  });
  expect(await runLoad(port)).toMatchObject({
    kind: "failed",
    reason: expect.stringMatching(/^the server (closed|broke).* connection 2/),
  });
});

test("a server that does not let somebody in voids the row, with its words", async () => {
  const { port } = await roomServer(honest, "! NICK_TAKEN: choose another\n");
  expect(await runLoad(port)).toEqual({
    kind: "failed",
    reason: "the server refused: ! NICK_TAKEN: choose another",
  });
});

test("a server that is not there voids the row", async () => {
  const { port, receivers } = await roomServer(honest);
  expect(receivers).toEqual([]);
  // Nobody listens there: it is a port of another kind of address.
  expect(await runLoad(port === 1 ? 2 : 1)).toMatchObject({
    kind: "failed",
    reason: expect.stringMatching(/^cannot connect to the server: Connection refused/),
  });
});
