import { wholeMessages } from "@ipc-playground/bench-kit";
import { expect, test } from "vitest";

test("messages are the same wherever the stream is cut", () => {
  const stream = Buffer.from("abcdefghijkl");
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) {
      const got: string[] = [];
      const take = wholeMessages(4, (message) => got.push(Buffer.from(message).toString()));
      for (const chunk of [
        stream.subarray(0, first),
        stream.subarray(first, second),
        stream.subarray(second),
      ]) {
        take(chunk);
      }
      expect(got).toEqual(["abcd", "efgh", "ijkl"]);
    }
  }
});
