import { seededRandom, shuffled } from "@ipc-playground/bench-kit/run";
import { CONTENDERS, type Job } from "@ipc-playground/framing/bench";
import type { Row } from "./result.ts";

/** What encodes gets whole messages: there is one table for each size. */
const NO_CHUNK = 65_536;

export interface Planned extends Row {
  block: number;
  what: Job["what"];
}

/** The tables: what is done, with which size of messages, in which chunks. */
export function tablesOf(sizes: readonly number[], chunks: readonly number[]): Omit<Row, "contender">[] {
  return sizes.flatMap((size) => [
    ...chunks.map((chunk) => ({ does: "decode" as const, size, chunk })),
    { does: "encode" as const, size, chunk: NO_CHUNK },
  ]);
}

/**
 * The order of all launches, which the seed alone decides: blocks of one launch of everything, in
 * which the contenders of one table run one after the other. The launches that count memory come last.
 */
export function planned(
  sizes: readonly number[],
  chunks: readonly number[],
  runs: number,
  seed: number,
): Planned[] {
  const random = seededRandom(seed);
  const tables = tablesOf(sizes, chunks);
  const block = (number: number, what: Job["what"]) =>
    shuffled(tables, random).flatMap((table) =>
      shuffled(
        CONTENDERS.filter(({ does }) => does === table.does),
        random,
      ).map(({ name }) => ({ ...table, contender: name, block: number, what })),
    );
  return [
    ...Array.from({ length: runs }, (_, number) => block(number, "speed")).flat(),
    ...block(runs, "memory"),
  ];
}
