import { MODE_SAYS } from "../chart.ts";

/** What a reader has to know who has never seen a benchmark. */
const WORDS = [
  ["round trip", "one process sends a message, the other sends it back"],
  ["µs", "a microsecond, a millionth of a second; a processor does some thousand things in it"],
  ["p50, median", "the usual one: half of them were faster, half slower"],
  ["p99", "of 100, all but the slowest one were at least this fast"],
  ["throughput", "how much goes one way, until the receiver has the last byte"],
  ["launch", "a pair of fresh processes; every row had several, to see how far they lie apart"],
  ["of C", "our speed divided by that of the same program in C: what Node and JavaScript cost"],
  ["logarithmic", "each step of the scale is ten times the one before"],
];

export function wordsHtml(): string {
  const modes = Object.values(MODE_SAYS).map((says) => says.split(": "));
  const list = [...WORDS, ...modes].map(([word, says]) => `<dt>${word}</dt><dd>${says}</dd>`);
  return `<details class="words"><summary>Words used here</summary><dl>${list.join("\n")}</dl></details>`;
}
