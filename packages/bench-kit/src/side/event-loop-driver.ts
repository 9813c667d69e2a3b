import type { EventLoopEndpoint } from "../bench.ts";
import type { Payload } from "../payload.ts";
import type { Deliver } from "../whole-messages.ts";
import { now, tenths } from "./clock.ts";
import type { Driver, Timing } from "./driver.ts";
import { Arrivals, type Load, sendInTurns } from "./open-loop.ts";

/**
 * How many bytes a producer may have given away and not got back: a pipe's worth, so that neither
 * side waits for single messages.
 */
const WINDOW_BYTES = 65_536;
const MAX_WINDOW = 1024;

const nothing = () => {};

/** Reads the clock when the run begins and whenever a tenth of its messages is over. */
function marker(count: number) {
  const ends = tenths(count);
  const marks = [now()];
  return {
    marks,
    passed(done: number): void {
      while (done >= (ends[marks.length - 1] ?? Number.POSITIVE_INFINITY)) marks.push(now());
    },
  };
}

/** Runs the measures in callbacks, as an event-loop program would: no promise per message. */
export async function eventLoopDriver(
  connect: (deliver: Deliver) => EventLoopEndpoint | Promise<EventLoopEndpoint>,
  role: "a" | "b",
  size: number,
): Promise<Driver> {
  let onMessage: Deliver = nothing;
  const endpoint = await connect((message) => onMessage(message));
  const window = Math.max(2, Math.min(MAX_WINDOW, Math.floor(WINDOW_BYTES / Math.max(size, 1))));
  const buffers = Array.from({ length: window }, () => Buffer.alloc(size));
  const message = Buffer.alloc(size);

  function initiate(count: number, payload: Payload, samples?: Float64Array): Promise<Timing> {
    return new Promise((resolve) => {
      const { marks, passed } = marker(count);
      let done = 0;
      let before = 0n;
      const ask = () => {
        payload.fill(message, done);
        if (samples) before = now();
        endpoint.send(message, nothing);
      };
      onMessage = (reply) => {
        if (samples) samples[done] = Number(now() - before);
        payload.verify(reply, done++);
        passed(done);
        if (done < count) ask();
        else resolve({ marks, ...(samples && { samples }) });
      };
      ask();
    });
  }

  function answer(count: number, payload: Payload, reply: EventLoopEndpoint["send"]): Promise<Timing> {
    return new Promise((resolve) => {
      const { marks, passed } = marker(count);
      // Not before the last reply is on its way: between runs this process does not turn its event loop.
      const finish = () => resolve({ marks });
      let done = 0;
      onMessage = (message) => {
        payload.verify(message, done++);
        passed(done);
        reply(message, done < count ? nothing : finish);
      };
    });
  }

  function produce(count: number, payload: Payload): Promise<Timing> {
    return new Promise((resolve) => {
      const { marks, passed } = marker(count);
      let filled = 0;
      let taken = 0;
      const fillWindow = () => {
        for (; filled < count && filled - taken < window; filled++) {
          const buffer = buffers[filled % window] as Buffer;
          payload.fill(buffer, filled);
          endpoint.send(buffer, sent);
        }
      };
      const sent = () => {
        passed(++taken);
        if (taken === count) resolve({ marks });
        else if (filled - taken <= window / 2) fillWindow();
      };
      fillWindow();
    });
  }

  function collect(load: Load, payload: Payload): Promise<Timing> {
    return new Promise((resolve) => {
      const arrivals = new Arrivals(load);
      onMessage = (message) => {
        if (arrivals.take(message, payload)) return;
        // What still comes after a loss is nobody's.
        onMessage = nothing;
        resolve(arrivals.timing());
      };
    });
  }

  const echo: EventLoopEndpoint["send"] = (message, sent) => endpoint.send(message, sent);
  const noReply: EventLoopEndpoint["send"] = (_, sent) => sent();

  return {
    async meet(payload) {
      await (role === "a" ? initiate(1, payload) : answer(1, payload, echo));
    },
    load: (load, payload) =>
      role === "a" ? sendInTurns(endpoint, size, load, payload) : collect(load, payload),
    run(measure, count, payload) {
      if (measure === "throughput") {
        return role === "a" ? produce(count, payload) : answer(count, payload, noReply);
      }
      if (role === "b") return answer(count, payload, echo);
      return initiate(count, payload, measure === "latency" ? new Float64Array(count) : undefined);
    },
  };
}
