import { fixed, lengthPrefixed } from "@ipc-playground/framing";
import { describe, expect, test } from "vitest";
import { byteByByte, cuts, decoded, drain, hex, joined, reusing, text } from "./bytes.ts";

test("Erlang's {packet, 1}, {packet, 2} and {packet, 4} are the same bytes", () => {
  const hello = hex("'hello'");
  for (const [bytes, wire] of [
    [1, "05 'hello'"],
    [2, "00 05 'hello'"],
    [4, "00 00 00 05 'hello'"],
  ] as const) {
    const codec = lengthPrefixed({ bytes });
    expect(joined(codec.encode(hello))).toEqual(hex(wire));
    expect(decoded(codec, [hex(wire)])).toEqual(["hello"]);
  }
});

test.each([
  ["2 bytes little", { bytes: 2, endian: "little" }, "05 00 'hello'"],
  ["4 bytes little", { bytes: 4, endian: "little" }, "05 00 00 00 'hello'"],
  ["a varint of one byte", { bytes: "varint" }, "05 'hello'"],
  ["a header that counts itself", { bytes: 4, lengthIncludesHeader: true }, "00 00 00 09 'hello'"],
  ["a varint that counts itself", { bytes: "varint", lengthIncludesHeader: true }, "06 'hello'"],
] as const)("%s", (_name, options, wire) => {
  const codec = lengthPrefixed(options);
  expect(joined(codec.encode(hex("'hello'")))).toEqual(hex(wire));
  expect(decoded(codec, [hex(wire)])).toEqual(["hello"]);
});

test.each([
  [127, "7f"],
  [128, "80 01"],
  [16_383, "ff 7f"],
  [16_384, "80 80 01"],
] as const)("a varint of %i is %s", (length, header) => {
  const [wire] = lengthPrefixed({ bytes: "varint" }).encode(new Uint8Array(length));
  expect(wire?.subarray(0, hex(header).length)).toEqual(hex(header));
});

test("a varint that counts itself is right where its own size changes", () => {
  const codec = lengthPrefixed({ bytes: "varint", lengthIncludesHeader: true });
  for (const length of [125, 126, 127, 128, 129, 16_380, 16_381, 16_382, 16_383]) {
    const message = new Uint8Array(length).fill(1);
    const [frame] = drain(opened(codec, joined(codec.encode(message))));
    expect(frame?.length).toBe(length);
  }
});

function opened(codec: ReturnType<typeof lengthPrefixed>, bytes: Uint8Array) {
  const decoder = codec.decoder();
  decoder.push(bytes);
  return decoder;
}

const CODECS = {
  "1 byte": lengthPrefixed({ bytes: 1 }),
  "4 bytes": lengthPrefixed(),
  "4 bytes, copying": lengthPrefixed({ copy: true }),
  "2 bytes little, counting itself": lengthPrefixed({
    bytes: 2,
    endian: "little",
    lengthIncludesHeader: true,
  }),
  varint: lengthPrefixed({ bytes: "varint" }),
};

describe.each(Object.entries(CODECS))("%s", (_name, codec) => {
  const messages = ["one", "", "more than a hundred, ".repeat(7), "x"];
  const wire = joined(messages.flatMap((message) => codec.encode(hex(`'${message}'`))));

  test("any cut into three gives the same frames", () => {
    for (const parts of cuts(wire)) expect(decoded(codec, parts)).toEqual(messages);
  });

  test("byte by byte gives the same frames", () => {
    expect(decoded(codec, byteByByte(wire))).toEqual(messages);
  });

  test("an end anywhere but between frames is FRAME_CUT", () => {
    let at = 0;
    const ends = new Set([0, ...messages.map((m) => (at += joined(codec.encode(hex(`'${m}'`))).length))]);
    for (let cut = 0; cut <= wire.length; cut++) {
      const found = decoded(codec, [wire.subarray(0, cut)]);
      expect(found.at(-1) === "FRAME_CUT").toBe(!ends.has(cut));
    }
  });
});

test("a frame that lies whole in its chunk is a view of it, not a copy", () => {
  const wire = hex("00 00 00 05 'hello'");
  const [frame] = drain(opened(lengthPrefixed(), wire));
  expect(frame?.buffer).toBe(wire.buffer);
});

test("with copy, a source may write over its buffer", () => {
  const codec = lengthPrefixed({ copy: true });
  const wire = joined(["one", "two", "three"].flatMap((m) => codec.encode(hex(`'${m}'`))));
  const decoder = codec.decoder();
  const found: Uint8Array[] = [];
  for (const chunk of reusing([wire.subarray(0, 9), wire.subarray(9, 16), wire.subarray(16)])) {
    decoder.push(chunk);
    found.push(...drain(decoder));
  }
  expect(found.map(text)).toEqual(["one", "two", "three"]);
});

test("max bytes pass, one more is FRAME_TOO_LONG, however it is cut and before it has come", () => {
  const codec = lengthPrefixed({ bytes: 2, max: 300 });
  expect(decoded(codec, [hex("01 2c"), new Uint8Array(300)])).toEqual(["\0".repeat(300)]);
  expect(decoded(codec, [hex("01 2d")])).toEqual(["FRAME_TOO_LONG"]);
  expect(decoded(codec, byteByByte(hex("01 2d")))).toEqual(["FRAME_TOO_LONG"]);
  expect(() => codec.encode(new Uint8Array(301))).toThrow(/301 bytes; at most 300/);
});

test("max counts the message, after the header was taken off", () => {
  const codec = lengthPrefixed({ bytes: 4, lengthIncludesHeader: true, max: 5 });
  expect(decoded(codec, [hex("00 00 00 09 'hello'")])).toEqual(["hello"]);
  expect(decoded(codec, [hex("00 00 00 0a 'hello!'")])).toEqual(["FRAME_TOO_LONG"]);
});

test("a header of 2^32 - 1 is a length that is too long, not a negative one", () => {
  for (const endian of ["big", "little"] as const) {
    expect(decoded(lengthPrefixed({ endian }), [hex("ff ff ff ff")])).toEqual(["FRAME_TOO_LONG"]);
  }
  const decoder = lengthPrefixed({ max: 2 ** 32 - 1 }).decoder();
  decoder.push(hex("ff ff ff ff 00"));
  expect(decoder.next()).toBeNull();
  expect(() => decoder.end()).toThrow(/after 1 of 4294967295 bytes/);
});

test("a length that counts its header and is shorter than it is BAD_FRAME", () => {
  expect(decoded(lengthPrefixed({ lengthIncludesHeader: true }), [hex("00 00 00 03")])).toEqual([
    "BAD_FRAME",
  ]);
});

test.each([
  ["80 00", "not the shortest form of 0"],
  ["81 80 00", "not the shortest form of 1"],
  ["ff ff ff ff 10", "2^32 and more"],
  ["80 80 80 80 80 01", "longer than 5 bytes"],
])("the varint %s is BAD_FRAME: %s", (wire) => {
  const codec = lengthPrefixed({ bytes: "varint", max: 2 ** 32 - 1 });
  expect(decoded(codec, [hex(wire)])).toEqual(["BAD_FRAME"]);
  expect(decoded(codec, byteByByte(hex(wire)))).toEqual(["BAD_FRAME"]);
});

test("a decoder that has failed stays failed, with the same error", () => {
  const decoder = opened(lengthPrefixed({ bytes: 1, max: 3 }), hex("02 'ab' 04 'abcd' 01 'x'"));
  expect(text(decoder.next() as Uint8Array)).toBe("ab");
  const failures = [() => decoder.next(), () => decoder.next(), () => decoder.end()].map(thrown);
  expect(new Set(failures).size).toBe(1);
  decoder.push(hex("01 'x'"));
  expect(thrown(() => decoder.next())).toBe(failures[0]);
});

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test("what was pushed before it was asked for comes out in order", () => {
  const decoder = lengthPrefixed({ bytes: 1 }).decoder();
  for (const byte of byteByByte(hex("02 'ab' 00 03 'cde' 01"))) decoder.push(byte);
  expect(decoder.buffered).toBe(9);
  expect(drain(decoder).map(text)).toEqual(["ab", "", "cde"]);
  decoder.push(hex("'f'"));
  expect(drain(decoder).map(text)).toEqual(["f"]);
});

test("end() before the frames were asked for leaves them to be asked for", () => {
  const decoder = opened(lengthPrefixed({ bytes: 1 }), hex("02 'ab' 05 'c'"));
  decoder.end();
  expect(text(decoder.next() as Uint8Array)).toBe("ab");
  expect(() => decoder.next()).toThrow(/after 1 of 5 bytes/);
});

test("frames of fixed length need no header", () => {
  const codec = fixed(3);
  for (const parts of cuts(hex("'abcdefghi'"))) expect(decoded(codec, parts)).toEqual(["abc", "def", "ghi"]);
  expect(decoded(codec, [hex("'abcd'")])).toEqual(["abc", "FRAME_CUT"]);
  expect(() => codec.encode(hex("'ab'"))).toThrow(/every frame has 3 bytes, and this message has 2/);
});

test("options out of range are refused, and say the range", () => {
  expect(() => lengthPrefixed({ bytes: 1, max: 256 })).toThrow(/`max` cannot be 256; .* 0 to 255/);
  expect(() => lengthPrefixed({ max: -1 })).toThrow(/cannot be -1/);
  expect(() => fixed(0)).toThrow(/cannot be 0/);
});

test("what is encoded is a frame of its own: a later one does not change it", () => {
  const codec = lengthPrefixed({ bytes: 1 });
  const first = joined(codec.encode(hex("'one'")));
  const kept = codec.encode(hex("'one'"));
  for (let i = 0; i < 10_000; i++) codec.encode(hex("'two'"));
  expect(joined(kept)).toEqual(first);
});
