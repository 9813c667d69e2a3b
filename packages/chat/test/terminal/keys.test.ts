import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import type { Key } from "../../dist/terminal/key.js";
import { readKeys } from "../../dist/terminal/keys.js";

/** The keys that a terminal's bytes are, cut after so many. */
async function keysOf(bytes: string, count: number, cut = bytes.length): Promise<Key[]> {
  const input = new PassThrough();
  const keys: Key[] = [];
  const stop = readKeys(input, (key) => keys.push(key));
  const all = Buffer.from(bytes);
  input.write(all.subarray(0, cut));
  input.write(all.subarray(cut));
  await vi.waitFor(() => expect(keys).toHaveLength(count), { interval: 1 });
  stop();
  return keys;
}

const named = (keys: Key[]) =>
  keys.map(
    ({ name, ctrl, meta, shift }) =>
      `${ctrl ? "ctrl-" : ""}${meta ? "alt-" : ""}${shift ? "shift-" : ""}${name}`,
  );

test.each([
  ["\x1b[A", "up"],
  ["\x1bOA", "up"],
  ["\x1b[5~", "pageup"],
  ["\x1b[H", "home"],
  ["\x1b[1;5F", "ctrl-end"],
  ["\x1b[1;2A", "shift-up"],
  ["\x0e", "ctrl-n"],
  ["\x1b2", "alt-2"],
  ["\x1b[Z", "shift-tab"],
  ["\r", "return"],
  ["\n", "enter"],
  ["\x7f", "backspace"],
  ["\x1b", "alt-escape"],
])("%j is %s", async (bytes, name) => {
  expect(named(await keysOf(bytes, 1))).toEqual([name]);
});

test("a paste is one key, whatever keys it looks like, and wherever its bytes are cut", async () => {
  const bytes = "\x1b[200~one\r\ntwo\x03 👍\x1b[A\x1b[201~x";
  for (let cut = 0; cut <= Buffer.byteLength(bytes); cut++) {
    const [paste, after] = await keysOf(bytes, 2, cut);
    expect(paste).toMatchObject({ name: "paste", text: "one\r\ntwo\x03 👍\x1b[A" });
    expect(after).toMatchObject({ name: "x", text: "x" });
  }
});

test("a paste whose end got lost is over when nothing comes any more, and the keys work again", async () => {
  const input = new PassThrough();
  const keys: Key[] = [];
  const stop = readKeys(input, (key) => keys.push(key));
  input.write("\x1b[200~half");
  await vi.waitFor(() => expect(keys).toMatchObject([{ name: "paste", text: "half" }]), { timeout: 5_000 });
  input.write("\x03");
  await vi.waitFor(() => expect(named(keys)).toEqual(["paste", "ctrl-c"]), { interval: 1 });
  stop();
});
