import { seededRandom, shuffled } from "@ipc-playground/bench-kit/run";
import type { ServerName } from "@ipc-playground/chat/bench";
import type { Plan, Row } from "./result.ts";

export interface Planned {
  row: Row;
  block: number;
  /** In the order in which this launch runs them. */
  windows: number[];
}

/** What is measured of every server. */
type Kind = Row extends infer R ? (R extends Row ? Omit<R, "server"> : never) : never;

/**
 * The order of all launches, which the seed alone decides: blocks of one launch of everything, in which the
 * servers run one after the other.
 */
export function planned(plan: Plan, servers: readonly ServerName[]): Planned[] {
  const random = seededRandom(plan.seed);
  const kinds = kindsOf(plan);
  return Array.from({ length: plan.runs }, (_, block) =>
    shuffled(kinds, random).flatMap((kind) =>
      shuffled(servers, random).map((server) => ({
        row: { ...kind, server } as Row,
        block,
        windows: shuffled(plan.windows, random),
      })),
    ),
  ).flat();
}

function kindsOf({ receivers, sizes, idle, atOnce }: Plan): Kind[] {
  return [
    ...sizes.flatMap((size) =>
      receivers.map((count) => ({ does: "broadcast", receivers: count, size }) as const),
    ),
    { does: "idle", connections: idle },
    { does: "arrive", atOnce },
  ];
}
