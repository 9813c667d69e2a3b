import { IpcError } from "@ipc-playground/contract";
import type { OperatingEndpoint, Operators } from "../bench.ts";
import { now, tenths } from "./clock.ts";
import type { Timing } from "./driver.ts";
import { MeetingPlace } from "./meeting-place.ts";

/** Operations between two looks whether the other side is done. The yardstick's is the same. */
const AT_ONCE = 32;

/** Runs `operations` over an endpoint: one side's share of them. */
export function operationsOf(
  endpoint: OperatingEndpoint,
  role: "a" | "b",
  pageFd: number,
): (count: number, operators: Operators) => Timing {
  const place = new MeetingPlace(pageFd);
  let runs = 0;

  function alone(count: number): Timing {
    const marks = [now()];
    let done = 0;
    for (const end of tenths(count)) {
      endpoint.operate(end - done);
      done = end;
      marks.push(now());
    }
    return { marks, operations: count };
  }

  /** Whoever has done `count` stops both: from the first operation to the last, both were at it. */
  function together(count: number, run: number): Timing {
    const start = now();
    let done = 0;
    while (done < count && !place.isStopped(run)) {
      const next = Math.min(AT_ONCE, count - done);
      endpoint.operate(next);
      done += next;
    }
    place.stop(run);
    return { marks: [start, now()], operations: done };
  }

  return (count, operators) => {
    runs++;
    place.meet();
    let timing: Timing;
    if (operators === "both") timing = together(count, runs);
    else timing = role === "a" ? alone(count) : { marks: [], operations: 0 };
    place.add(timing.operations ?? 0);
    place.meet();
    if (role === "a") checkSum(endpoint, place.total());
    return timing;
  };
}

function checkSum({ operated }: OperatingEndpoint, total: number): void {
  const sum = operated?.() ?? total;
  if (sum === total) return;
  throw new IpcError(
    "BENCH_ROW_FAILED",
    `${total} operations were done and they came to ${sum}`,
    "the mechanism or its bench.ts let two of them happen at once",
  );
}
