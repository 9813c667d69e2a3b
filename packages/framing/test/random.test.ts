import { delimited, json, lengthPrefixed, lines } from "@ipc-playground/framing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decoded, hex, joined, text } from "./bytes.ts";

/** Bytes, cut at random. */
const cutBytes = (bytes: Uint8Array) =>
  fc.array(fc.nat(bytes.length), { maxLength: 20 }).map((places) => {
    const at = [0, ...places.sort((a, b) => a - b), bytes.length];
    return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
  });

/** Any bytes, with those that mean something more often than chance has them. */
const noise = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom("0a", "0d 0a", "00", "00 00 00 01 'x'", "80 01", "ff ff ff ff", "'--'", "c3 a9")
        .map(hex),
    ),
    { maxLength: 30 },
  )
  .map(joined);

const CODECS = {
  "4 bytes": lengthPrefixed({ max: 200 }),
  "2 bytes little, counting itself": lengthPrefixed({
    bytes: 2,
    endian: "little",
    lengthIncludesHeader: true,
    max: 200,
  }),
  "1 byte, copying": lengthPrefixed({ bytes: 1, copy: true }),
  varint: lengthPrefixed({ bytes: "varint", max: 200 }),
  lines: lines({ max: 30 }),
  "lines, discarding": lines({ max: 10, onOversize: "discard", eof: "emit" }),
  delimited: delimited(hex("'--'"), { max: 30 }),
  "delimited, discarding": delimited(hex("0d 0a"), { max: 10, onOversize: "discard", eof: "emit" }),
  json: json(lengthPrefixed({ bytes: 1 })),
};

test.each(Object.entries(CODECS))("%s: any bytes mean the same however they are cut", (_name, codec) => {
  fc.assert(
    fc.property(
      noise.chain((bytes) => fc.tuple(fc.constant(bytes), cutBytes(bytes))),
      ([bytes, parts]) => {
        expect(decoded(codec, parts)).toEqual(decoded(codec, [bytes]));
      },
    ),
    { numRuns: 500 },
  );
});

test.each(Object.entries(CODECS))("%s: asking late finds the same frames", (_name, codec) => {
  fc.assert(
    fc.property(
      noise.chain((bytes) => cutBytes(bytes)),
      (parts) => {
        const late = { decoder: () => withLatePush(codec.decoder() as never) };
        expect(decoded(late, parts)).toEqual(decoded(codec, parts));
      },
    ),
    { numRuns: 300 },
  );
});

/** Asks for frames only when all bytes have been pushed. */
function withLatePush<T>(decoder: {
  push(chunk: Uint8Array): void;
  next(): T | null;
  end(): void;
  buffered: number;
}) {
  let ended = false;
  return {
    push: (chunk: Uint8Array) => decoder.push(chunk),
    next: () => (ended ? decoder.next() : null),
    end() {
      ended = true;
      decoder.end();
    },
    get buffered() {
      return decoder.buffered;
    },
  };
}

test.each([
  lengthPrefixed(),
  lengthPrefixed({ bytes: 2, endian: "little", lengthIncludesHeader: true }),
  lengthPrefixed({ bytes: "varint" }),
])("messages come out as they went in (%#)", (codec) => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
  fc.assert(
    fc.property(
      messages.chain((all) =>
        fc.tuple(fc.constant(all), cutBytes(joined(all.flatMap((m) => codec.encode(m))))),
      ),
      ([all, parts]) => {
        expect(decoded(codec, parts)).toEqual(all.map(text));
      },
    ),
  );
});

test("texts come out as they went in, as lines and as JSON", () => {
  const line = fc.string({ unit: "grapheme" }).filter((one) => !/\n|\r$/.test(one));
  fc.assert(
    fc.property(fc.array(line), (all) => {
      const codec = lines();
      expect(
        decoded(
          codec,
          all.flatMap((one) => codec.encode(one)),
        ),
      ).toEqual(all);
    }),
  );
  const value = fc.jsonValue().filter((one) => one !== null);
  fc.assert(
    fc.property(fc.array(value), (all) => {
      const codec = json(lines());
      const plain = JSON.parse(JSON.stringify(all)) as unknown[];
      expect(
        decoded(
          codec,
          all.flatMap((one) => codec.encode(one as never)),
        ),
      ).toEqual(plain);
    }),
  );
});
