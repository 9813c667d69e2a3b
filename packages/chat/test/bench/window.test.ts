import { expect, test } from "vitest";
import { honest, roomServer, runLoad } from "./room-server.ts";

test.each([1, 3, 8])("the sender runs %i ahead, and never more", async (window) => {
  // It delivers nothing until the window is full: less would be a run that never ends, more is seen.
  const held: string[] = [];
  let most = 0;
  const { port } = await roomServer((line, number, room) => {
    held.push(line);
    most = Math.max(most, held.length);
    const isLast = number === 3 * 24;
    if (held.length < window && !isLast) return;
    // Later, so that one message too many would come first.
    setTimeout(() => {
      for (const one of held.splice(0)) honest(one, number, room);
    }, 5);
  });
  const answer = await runLoad(port, { windows: [window], messages: 24 });
  expect(answer).toMatchObject({ kind: "broadcast", runs: [{ window, messages: 24, deliveries: 72 }] });
  expect(most).toBe(window);
});

test("every window has a run, in the order that was asked for", async () => {
  const { port } = await roomServer(honest);
  const answer = await runLoad(port, { windows: [8, 1, 3] });
  expect(answer.kind === "broadcast" && answer.runs.map(({ window }) => window)).toEqual([8, 1, 3]);
});

test("what the server says itself between messages is no delivery", async () => {
  const { port } = await roomServer((line, number, room) => {
    for (const receiver of room.receivers) receiver.write("* somebody joined lobby (3 people).\n");
    honest(line, number, room);
    for (const receiver of room.receivers) receiver.write("* somebody");
    for (const receiver of room.receivers) receiver.write(" left.\n");
    room.sender.write("* hello\n");
  });
  expect(await runLoad(port)).toMatchObject({ kind: "broadcast", runs: [{ deliveries: 24 }] });
});

test("a run by the clock says how many messages were everywhere in each tenth of it", async () => {
  const { port } = await roomServer(honest);
  const { messages: _, ...byClock } = { messages: 0, timedMs: 50, warmMs: 1 };
  const answer = await runLoad(port, { ...byClock, messages: undefined as never });
  const [run] = answer.kind === "broadcast" ? answer.runs : [];
  expect(run?.tenths).toHaveLength(11);
  expect(run?.tenths.reduce((sum, one) => sum + one, 0)).toBe(run?.messages);
});
