import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, realpathSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { framed } from "@ipc-playground/framing/node";
import { OutgoingFile, sendFile, transferCodec } from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../tcp/peers.ts";
import { folder, offer, outgoing, socketTo } from "./files.ts";

const RECEIVER = join(import.meta.dirname, "../fixtures/receiver.mjs");
const DISK_BYTES = 1_048_576;

/** A receiver whose circumstances a shell prepares. `$IN` is its folder. */
async function receiverUnder(prepare: string, into: string, wrapper: string[] = []) {
  const [command = "sh", ...args] = [...wrapper, "sh", "-c", `${prepare}; exec "$NODE" "$RECEIVER" "$IN" 0`];
  const child: ChildProcess = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE: process.execPath, RECEIVER, IN: into },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const port = Number(String((await once(child.stdout as NodeJS.ReadableStream, "data"))[0]));
  return { server: { address: { host: "127.0.0.1", port } } as Parameters<typeof socketTo>[0], child };
}

test("a file over RLIMIT_FSIZE is DISK_FULL for the sender, leaves nothing, and the receiver goes on", async () => {
  const into = folder();
  // dash counts in 512 bytes, bash in 1,024.
  const { server, child } = await receiverUnder("ulimit -f 200", into);
  const { file } = await outgoing(500_000);
  await expect(sendFile(await socketTo(server), file)).rejects.toMatchObject({
    code: "DISK_FULL",
    fact: expect.stringContaining("EFBIG"),
  });
  expect(readdirSync(into)).toEqual([]);
  const { file: small } = await outgoing(5_000, { name: "small" });
  await sendFile(await socketTo(server), small);
  expect(readdirSync(into)).toEqual(["small"]);
  expect(child.exitCode).toBe(null);
});

const NAMESPACES = spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
if (!NAMESPACES) console.log("skipped: a disk of 1 MiB, there are no user namespaces (unshare -Urm)");

test.skipIf(!NAMESPACES)(
  "a disk that fills up in the middle: DISK_FULL, room again, and the next file fits",
  async () => {
    const into = realpathSync(folder());
    const mount = `mount -t tmpfs -o size=${DISK_BYTES} none "$IN"`;
    const { server, child } = await receiverUnder(mount, into, ["unshare", "-Urm"]);
    const seen = () => readdirSync(`/proc/${child.pid}/root${into}`);
    // Refused at once: it could never fit.
    const { file: large } = await outgoing(DISK_BYTES + 1);
    await expect(sendFile(await socketTo(server), large)).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(seen()).toEqual([]);
    // Two that fit, but not together: both are accepted before either has come.
    const { file: first } = await outgoing(700_000, { name: "first" });
    const wire = framed(await socketTo(server), transferCodec);
    const heard: Record<string, unknown>[] = [];
    wire.on("data", (message: Record<string, unknown>) => heard.push(message));
    wire.write(offer({ size: 700_000 }) as never);
    await until(() => heard.length === 1);
    await sendFile(await socketTo(server), first);
    for (let sent = 0; sent < 650_000; sent += 65_000) wire.write(Buffer.alloc(65_000));
    await until(() => heard.length === 2);
    expect(heard[1]).toMatchObject({
      type: "refuse",
      code: "DISK_FULL",
      fact: expect.stringContaining("ENOSPC"),
    });
    await until(() => seen().length === 1);
    expect(seen()).toEqual(["first"]);
    const { path } = await outgoing(200_000);
    await using third = await OutgoingFile.open(path, { name: "third" });
    await sendFile(await socketTo(server), third);
    expect(seen().toSorted()).toEqual(["first", "third"]);
  },
);

test("a file twice as large takes no more memory, on the receiver's side", async () => {
  const { server, child } = await receiverUnder(":", folder());
  const peak = () =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) * 1_024;
  const peaks: number[] = [];
  for (const bytes of [20_000_000, 40_000_000]) {
    // A hole: it takes no room here, and is zeros to the reader.
    const source = join(folder(), `${bytes}`);
    writeFileSync(source, "");
    truncateSync(source, bytes);
    await using file = await OutgoingFile.open(source);
    await sendFile(await socketTo(server), file);
    peaks.push(peak());
  }
  expect((peaks[1] as number) - (peaks[0] as number)).toBeLessThan(15_000_000);
});
