import { existsSync, readFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { allPids, processStat } from "@ipc-playground/libc";
import { describe, expect, onTestFinished, type TestContext, test } from "vitest";
import { BenchProcess } from "../../dist/bench/bench-process.js";
import { find, launch, SERVERS, type ServerName } from "../../dist/bench/index.js";

const STALL_MS = 20_000;
const options = { watchdogMs: 25_000, signal: new AbortController().signal };

function ready({ skip }: TestContext, name: ServerName) {
  const found = find(name);
  if (found.kind === "absent") skip(found.reason);
  return found as Extract<typeof found, { kind: "ready" }>;
}

/** The processes that this one has started and that are not gone, zombies included. */
function children(): number[] {
  return allPids().filter((pid) => processStat(pid)?.parentPid === process.pid);
}

describe.each(SERVERS)("%s", (name) => {
  test("brings every message to every receiver, in order, at every window", async (context) => {
    const program = ready(context, name);
    const before = children();
    const { answer } = await launch(
      program,
      (server) => ({
        does: "broadcast",
        server,
        receivers: 3,
        size: 64,
        windows: [1, 8, 200],
        warmMs: 0,
        timedMs: 0,
        messages: 250,
        relayed: program.relayed ?? false,
        stallMs: STALL_MS,
      }),
      options,
    );
    expect(answer.runs).toMatchObject(
      [1, 8, 200].map((window) => ({ window, messages: 250, deliveries: 750 })),
    );
    for (const { latencyNs, ns, usage } of answer.runs) {
      expect(latencyNs).toHaveLength(250);
      expect(ns).toBeGreaterThanOrEqual(Math.max(...latencyNs));
      expect(usage.load.cpuMicros).toBeGreaterThan(0);
      expect(usage.server?.cpuMicros).toBeGreaterThan(0);
    }
    expect(children()).toEqual(before);
  });

  test("carries the longest messages, more of them than a socket holds", async (context) => {
    const program = ready(context, name);
    const { answer } = await launch(
      program,
      (server) => ({
        does: "broadcast",
        server,
        receivers: 2,
        size: 8_192,
        windows: [200],
        warmMs: 0,
        timedMs: 0,
        messages: 400,
        relayed: program.relayed ?? false,
        stallMs: STALL_MS,
      }),
      options,
    );
    expect(answer.runs).toMatchObject([{ messages: 400, deliveries: 800 }]);
  });

  test("holds connections that say nothing, and its memory is read from outside", async (context) => {
    const program = ready(context, name);
    const { answer, memory } = await launch(
      program,
      (server) => ({
        does: "idle",
        server,
        connections: 20,
        ...(program.hasRooms && { perRoom: 8 }),
        stallMs: STALL_MS,
      }),
      options,
    );
    expect(answer).toEqual({ kind: "idle", connections: 20 });
    expect(memory?.before).toBeGreaterThan(100_000);
    expect(memory?.after).toBeGreaterThanOrEqual(memory?.before ?? 0);
  });

  test("welcomes those who come, one after the other", async (context) => {
    const program = ready(context, name);
    const { answer } = await launch(
      program,
      (server) => ({
        does: "arrive",
        server,
        atOnce: 4,
        warmMs: 0,
        timedMs: 0,
        arrivals: 30,
        stallMs: STALL_MS,
      }),
      options,
    );
    // Several may have come in the turn that brought the last one.
    expect(answer.run.arrivals).toBeGreaterThanOrEqual(30);
    expect(answer.run.arrivals).toBeLessThan(34);
  });
});

describe("the programs of a launch", () => {
  const job = { does: "idle" as const, connections: 3, stallMs: STALL_MS };
  const bare = () => find("bare") as Extract<ReturnType<typeof find>, { kind: "ready" }>;

  test("run on the processors that were asked for, all their threads", async () => {
    const { cpus } = await launch(bare(), (server) => ({ server, ...job }), { ...options, cpus: [0, 0] });
    expect(cpus).toEqual({ server: [0], load: [0] });
    await using server = new BenchProcess(bare().server, { cpu: 0, signal: options.signal });
    await server.line(10_000);
    const threads = readFileSync(`/proc/${server.pid}/status`, "utf8");
    expect(threads).toMatch(/^Cpus_allowed_list:\s+0$/m);
  });

  test("end at once when the launch is stopped", async () => {
    const abort = new AbortController();
    const before = children();
    const over = launch(
      bare(),
      (server) => {
        // The server listens; the load is about to come.
        setImmediate(() => abort.abort(new Error("stopped")));
        return { server, ...job };
      },
      { ...options, signal: abort.signal },
    );
    await expect(over).rejects.toThrow("stopped");
    expect(children()).toEqual(before);
  });

  test("end when nobody holds their standard input", async () => {
    for (const name of SERVERS) {
      const found = find(name);
      if (found.kind === "absent") continue;
      const server = new BenchProcess(found.server, { signal: options.signal });
      await server.line(10_000);
      const { pid } = server;
      await server[Symbol.asyncDispose]();
      expect(existsSync(`/proc/${pid}`), name).toBe(false);
    }
  });

  test("a program that says nothing in time is a row without a number", async () => {
    const silent = { ...bare(), server: [process.execPath, "-e", "process.stdin.resume()"] as const };
    await using server = new BenchProcess(silent.server, { signal: options.signal });
    await expect(server.line(50)).rejects.toMatchObject({
      code: "BENCH_ROW_FAILED",
      fact: "no answer within 0.05 s",
    });
  });

  test.each([
    ["that fails", [process.execPath, "-e", "throw new Error('no')"], /^the process ended early: Error: no$/],
    ["that is not there", ["/does/not/exist"], /could not be started: spawn .* ENOENT$/],
  ] as const)("a program %s is told with its words", async (_, command, fact) => {
    await using program = new BenchProcess(command, { signal: options.signal });
    await expect(program.line(10_000)).rejects.toMatchObject({ fact: expect.stringMatching(fact) });
  });

  test("more connections than the hard limit allows are refused, and not made fewer", async () => {
    const many = { ...job, connections: 1e9 };
    await expect(launch(bare(), (server) => ({ server, ...many }), options)).rejects.toMatchObject({
      fact: expect.stringMatching(/^1000000100 open files are needed, and the hard limit/),
    });
  });
});

describe("without what is needed", () => {
  test("no compiler is a reason, and no failure", () => {
    expect(find("c", { compiler: "/does/not/exist" })).toEqual({ kind: "absent", reason: "no C compiler" });
    expect(find("null", { compiler: "/does/not/exist" })).toEqual({
      kind: "absent",
      reason: "no C compiler",
    });
  });
});

describe.each(["c", "bare"] as const)("the room of %s", (name) => {
  /** Somebody in the room: what came so far, line by line. */
  async function enter(port: number, nick: string): Promise<{ socket: Socket; lines: string[] }> {
    const socket = createConnection(port, "127.0.0.1");
    onTestFinished(() => {
      socket.destroy();
    });
    const lines: string[] = [];
    createInterface({ input: socket }).on("line", (line) => lines.push(line));
    socket.write(`${nick}\n`);
    await expect.poll(() => lines).toEqual(["* Welcome"]);
    return { socket, lines };
  }

  async function start(context: TestContext): Promise<number> {
    const server = new BenchProcess(ready(context, name).server, { signal: options.signal });
    onTestFinished(() => server[Symbol.asyncDispose]());
    return (JSON.parse(await server.line(10_000)) as { port: number }).port;
  }

  test("lines come to everybody else, and to nobody twice, wherever their bytes are cut", async (context) => {
    const port = await start(context);
    const [ana, ben, eva] = [await enter(port, "ana"), await enter(port, "ben"), await enter(port, "eva")];
    for (const byte of "one\ntwo\nthr") {
      ana.socket.write(byte);
      await new Promise(setImmediate);
    }
    ana.socket.write("ee\n");
    const all = ["* Welcome", "<ana> one", "<ana> two", "<ana> three"];
    await expect.poll(() => ben.lines).toEqual(all);
    await expect.poll(() => eva.lines).toEqual(all);
    expect(ana.lines).toEqual(["* Welcome"]);
  });

  test("whoever goes is out, and the others go on", async (context) => {
    const port = await start(context);
    const [ana, ben, eva] = [await enter(port, "ana"), await enter(port, "ben"), await enter(port, "eva")];
    ben.socket.resetAndDestroy();
    for (let i = 0; i < 3; i++) ana.socket.write(`${i}\n`);
    await expect.poll(() => eva.lines).toEqual(["* Welcome", "<ana> 0", "<ana> 1", "<ana> 2"]);
  });

  test("who does not read gets all of it later", async (context) => {
    const port = await start(context);
    const [ana, ben] = [await enter(port, "ana"), await enter(port, "ben")];
    ben.socket.pause();
    const text = "x".repeat(65_536);
    const count = 200;
    for (let i = 0; i < count; i++) ana.socket.write(`${text}\n`);
    await expect.poll(() => ana.socket.writableLength, { timeout: 10_000 }).toBe(0);
    ben.socket.resume();
    await expect.poll(() => ben.lines.length, { timeout: 10_000 }).toBe(count + 1);
    expect(new Set(ben.lines.slice(1))).toEqual(new Set([`<ana> ${text}`]));
  });
});
