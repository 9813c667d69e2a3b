import { expect, test } from "vitest";
import { Log } from "../src/log.ts";
import { Channel } from "../src/stage/channel.ts";

test("a call's outcome can be told in the demo's own words, beside what the result says itself", async () => {
  using channel = new Channel();
  const log = new Log(channel.fd, "p");
  const tell = (value: Uint8Array) => ({ flow: [`message ${value[0]}`] });
  log.call("mq_receive", "queue", () => Uint8Array.of(7), undefined, tell);
  await log.call("mq_receive", "queue", async () => Uint8Array.of(8), "later", tell);
  channel.drain();
  expect(channel.records.filter((record) => record.kind === "end")).toMatchObject([
    { bytes: 1, flow: ["message 7"] },
    { bytes: 1, flow: ["message 8"] },
  ]);
});
