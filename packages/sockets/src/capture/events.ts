import type { IpcEvent } from "@ipc-playground/contract";
import { type Segment, segmentNumbers } from "./segment.ts";

/** Whose lane a segment begins or ends in. */
export interface Lane {
  name: string;
  pid: number;
}

/**
 * Segments as events for the log: each leaves in its sender's lane and arrives in its receiver's, with one
 * `flow`, so that every view draws an arrow.
 *
 * @param laneOf The process of a port.
 * @param first Number of the first one, so that flows of several calls do not mix.
 */
export function segmentEvents(
  segments: readonly Segment[],
  laneOf: (port: number) => Lane,
  first = 1,
): IpcEvent[] {
  return segments.flatMap((segment, i) => {
    const { tcp } = segment.packet;
    const told = {
      op: segment.name,
      result: segmentNumbers(segment),
      flow: [`segment ${tcp.sourcePort} ${tcp.destinationPort} #${first + i}`],
    };
    const at = (port: number, t: number): IpcEvent => {
      const { name, pid } = laneOf(port);
      return { t, pid, process: name, ...told };
    };
    // A receiver is never before its sender, however coarse the clock.
    const arrived = Math.max(segment.arrived ?? segment.t, segment.t + 1);
    return [at(tcp.sourcePort, segment.t), at(tcp.destinationPort, arrived)];
  });
}
