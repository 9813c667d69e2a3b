import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../tcp/peers.ts";
import { folder, outgoing, visible } from "./files.ts";

const CUTS = 50;
const FILE_BYTES = 12_000_000;
const FIXTURES = join(import.meta.dirname, "../fixtures");

/** mulberry32: the same cuts in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Passes bytes on, both ways, and calls back when so many have gone through. */
class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  receiverPort = 0;
  connections = 0;
  #left = Number.POSITIVE_INFINITY;
  #onSpent = () => {};

  private constructor() {
    this.#server = createServer((near) => this.#join(near));
  }

  static async open(): Promise<Wire> {
    const wire = new Wire();
    wire.#server.listen(0, "127.0.0.1");
    await once(wire.#server, "listening");
    onTestFinished(() => {
      wire.cut("end");
      wire.#server.close();
    });
    return wire;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  after(bytes: number, onSpent: () => void): void {
    this.#left = bytes;
    this.#onSpent = onSpent;
  }

  cut(how: "end" | "reset"): void {
    for (const socket of this.#sockets) how === "end" ? socket.destroy() : socket.resetAndDestroy();
  }

  #join(near: Socket): void {
    this.connections++;
    const far = connect(this.receiverPort, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on("error", () => {});
      from.on("data", (chunk) => this.#pass(from, to, chunk));
      from.on("end", () => to.end());
    }
  }

  #pass(from: Socket, to: Socket, chunk: Buffer): void {
    const passed = chunk.subarray(0, this.#left);
    this.#left -= passed.length;
    if (!to.write(passed)) {
      from.pause();
      to.once("drain", () => from.resume());
    }
    if (this.#left > 0) return;
    // Nothing passes behind the place of the cut: a wire that lost bytes in the middle would be another test.
    for (const socket of this.#sockets) socket.removeAllListeners("data").pause();
    this.#left = Number.POSITIVE_INFINITY;
    this.#onSpent();
  }
}

function run(program: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [join(FIXTURES, program), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

async function runReceiver(into: string, wire: Wire): Promise<ChildProcess> {
  const child = run("receiver.mjs", into, "0");
  wire.receiverPort = Number(String((await once(child.stdout as NodeJS.ReadableStream, "data"))[0]));
  return child;
}

test.each([1, 2])(
  `a file arrives intact through ${CUTS} cuts: connections ended and reset, both sides killed (seed %i)`,
  async (seed) => {
    const random = seeded(seed);
    const into = folder();
    const wire = await Wire.open();
    const { path, content } = await outgoing(FILE_BYTES);
    let receiver = await runReceiver(into, wire);
    let sender = run("sender.mjs", path, String(wire.port));
    const cuts = { end: 0, reset: 0, sender: 0, receiver: 0 };
    for (let cut = 0; cut < CUTS; cut++) {
      // On average a little less than the file, in all: the last cuts fall behind its end, or near it.
      const bytes = 1 + Math.floor(random() * 2 * (FILE_BYTES / (CUTS * 1.3)));
      const kind = (["end", "reset", "sender", "receiver"] as const)[
        Math.floor(random() * 4)
      ] as keyof typeof cuts;
      const spent = new Promise<"cut">((resolve) => wire.after(bytes, () => resolve("cut")));
      sender.removeAllListeners("exit");
      const done = new Promise<number | null>((resolve) => sender.once("exit", resolve));
      const outcome = await Promise.race([spent, done]);
      // Done too early, it is asked to send the same again, which is cut as well.
      if (outcome !== "cut") {
        expect(outcome).toBe(0);
        sender = run("sender.mjs", path, String(wire.port));
        cut--;
        continue;
      }
      expect(visible(into).every((name) => name === "report.pdf")).toBe(true);
      if (visible(into).length > 0) expect(readFileSync(join(into, "report.pdf")).equals(content)).toBe(true);
      cuts[kind]++;
      if (kind === "end" || kind === "reset") wire.cut(kind);
      else {
        const victim = kind === "sender" ? sender : receiver;
        const gone = once(victim, "exit");
        victim.kill("SIGKILL");
        await gone;
        wire.cut("end");
        if (kind === "sender") sender = run("sender.mjs", path, String(wire.port));
        else receiver = await runReceiver(into, wire);
      }
    }
    wire.after(Number.POSITIVE_INFINITY, () => {});
    if (sender.exitCode === null) await once(sender, "exit");
    expect(sender.exitCode).toBe(0);
    expect(readFileSync(join(into, "report.pdf")).equals(content)).toBe(true);
    await until(() => readdirSync(into).length === 1);
    expect(Object.values(cuts).every((count) => count > 0)).toBe(true);
    expect(wire.connections).toBeGreaterThan(CUTS / 2);
  },
  120_000,
);
