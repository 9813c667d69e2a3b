import { overlap, pairedRatios, type Spread, spread } from "@ipc-playground/bench-kit/run";
import { CONTENDERS, type Contender } from "@ipc-playground/framing/bench";
import { type FramingResult, isSameRow, type Row } from "./result.ts";

export type Way = NonNullable<Contender["ours"]>;

/** Ours against somebody else's. */
export interface Compared {
  way: Way;
  /** Our frames for each of theirs, from launches that ran beside each other. */
  ratio: Spread;
  /** The ranges have a value in common: these launches show no difference. */
  noDifference: boolean;
}

/** Frames a second of processor time, as each launch had them; `null` for a row without launches. */
export function speedOf(result: FramingResult, row: Row): Spread | null {
  return spread(inBlocks(result, row).map(({ value }) => value));
}

/**
 * The ways of ours that do the same as a contender: everybody is compared with the synchronous core,
 * what is a stream or asynchronous with ours of that kind too.
 */
export function compared(result: FramingResult, row: Row): Compared[] {
  const theirs = CONTENDERS.find(({ name, does }) => name === row.contender && does === row.does);
  if (theirs === undefined || theirs.ours !== undefined) return [];
  const ways: Way[] = theirs.streams
    ? ["core", "batches", "stream"]
    : theirs.source
      ? ["core", "batches"]
      : ["core"];
  return ways.flatMap((way) => {
    const ours = counterpart(way, theirs);
    return ours === undefined ? [] : (compare(result, way, { ...row, contender: ours.name }, row) ?? []);
  });
}

/** Ours in the same format, where there is one; our own otherwise, since theirs is nobody else's. */
function counterpart(way: Way, theirs: Contender): Contender | undefined {
  const candidates = CONTENDERS.filter(
    ({ ours, does, source }) =>
      ours === way && does === theirs.does && (way !== "batches" || source === theirs.source),
  );
  return (
    candidates.find(({ format }) => format === theirs.format) ??
    candidates.find(({ format }) => format === "length")
  );
}

function compare(result: FramingResult, way: Way, ours: Row, theirs: Row): Compared | null {
  const [our, their] = [speedOf(result, ours), speedOf(result, theirs)];
  const ratio = spread(pairedRatios(inBlocks(result, ours), inBlocks(result, theirs)));
  if (our === null || their === null || ratio === null) return null;
  return { way, ratio, noDifference: overlap(our, their) };
}

function inBlocks({ launches }: FramingResult, row: Row) {
  return launches
    .filter((launch) => isSameRow(launch, row))
    .map(({ block, frames, cpuNs }) => ({ block, value: (frames / cpuNs) * 1e9 }));
}
