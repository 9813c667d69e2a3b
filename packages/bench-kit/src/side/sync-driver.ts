import { IpcError } from "@ipc-playground/contract";
import type { OperatingEndpoint, SyncEndpoint } from "../bench.ts";
import type { Payload } from "../payload.ts";
import { now, tenths } from "./clock.ts";
import type { Driver, MessageMeasure, Timing } from "./driver.ts";
import { Arrivals, sendOnTime } from "./open-loop.ts";
import { operationsOf } from "./operations.ts";

/**
 * Runs the measures over an endpoint that holds the thread while it waits. `pageFd`: what the two
 * sides share beside the channel, for `operations`.
 */
export function syncDriver(
  endpoint: SyncEndpoint | OperatingEndpoint,
  role: "a" | "b",
  size: number,
  pageFd?: number,
): Driver {
  return {
    ...("send" in endpoint ? messageDriver(endpoint, role, size) : noMessages),
    ...(operates(endpoint) && pageFd !== undefined && { operate: operationsOf(endpoint, role, pageFd) }),
  };
}

function operates(endpoint: SyncEndpoint | OperatingEndpoint): endpoint is OperatingEndpoint {
  return endpoint.operate !== undefined;
}

const noMessages: Driver = {
  meet: () => Promise.reject(hasNoMessages()),
  run: () => Promise.reject(hasNoMessages()),
};

function messageDriver(endpoint: SyncEndpoint, role: "a" | "b", size: number): Driver {
  const { batch } = endpoint;
  const message = Buffer.alloc(size);
  const reply = Buffer.alloc(size);

  function receive(into: Uint8Array): void {
    const bytes = endpoint.receive(into);
    if (bytes !== size) throw partnerGone(bytes);
  }

  function initiate(from: number, to: number, payload: Payload): void {
    for (let i = from; i < to; i++) {
      payload.fill(message, i);
      endpoint.send(message);
      receive(reply);
      payload.verify(reply, i);
    }
  }

  function echo(from: number, to: number, payload: Payload): void {
    for (let i = from; i < to; i++) {
      receive(message);
      payload.verify(message, i);
      endpoint.send(message);
    }
  }

  function produce(from: number, to: number, payload: Payload): void {
    for (let i = from; i < to; i++) {
      payload.fill(message, i);
      endpoint.send(message);
    }
  }

  function produceInBatches(from: number, to: number, payload: Payload): void {
    for (let i = from; i < to; i++) {
      payload.fill(message, i);
      batch?.send(message);
    }
  }

  function consume(from: number, to: number, payload: Payload): void {
    for (let i = from; i < to; i++) {
      receive(message);
      payload.verify(message, i);
    }
  }

  function timeEach(samples: Float64Array): typeof initiate {
    return (from, to, payload) => {
      for (let i = from; i < to; i++) {
        payload.fill(message, i);
        const before = now();
        endpoint.send(message);
        receive(reply);
        samples[i] = Number(now() - before);
        payload.verify(reply, i);
      }
    };
  }

  function part(measure: MessageMeasure, samples: Float64Array | undefined): typeof initiate {
    if (measure === "throughput") {
      if (role === "b") return consume;
      return batch ? produceInBatches : produce;
    }
    if (role === "b") return echo;
    return samples ? timeEach(samples) : initiate;
  }

  return {
    meet: async (payload) => (role === "a" ? initiate : echo)(0, 1, payload),
    async load(load, payload) {
      if (role === "a") return sendOnTime(endpoint, message, load, payload);
      const arrivals = new Arrivals(load);
      do receive(message);
      while (arrivals.take(message, payload));
      return arrivals.timing();
    },
    async run(measure, count, payload): Promise<Timing> {
      const samples = measure === "latency" && role === "a" ? new Float64Array(count) : undefined;
      const work = part(measure, samples);
      const marks = [now()];
      let done = 0;
      for (const end of tenths(count)) {
        work(done, end, payload);
        done = end;
        marks.push(now());
      }
      if (work === produceInBatches) batch?.flush();
      return { marks, ...(samples && { samples }) };
    },
  };
}

function hasNoMessages(): IpcError {
  return new IpcError("BENCH_ROW_FAILED", "this endpoint has no messages", 'say measures: ["operations"]');
}

function partnerGone(bytes: number): IpcError {
  return new IpcError(
    "BENCH_ROW_FAILED",
    `the other side closed the channel after ${bytes} bytes of a message`,
    "see why its process ended",
  );
}
