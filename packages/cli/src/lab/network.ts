import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  bringInterfaceUp,
  close,
  openPacketSocket,
  setParentDeathSignal,
  socket,
} from "@ipc-playground/libc";
import { EXIT } from "../exit.ts";

/** Set in a process that runs in a network namespace of its own, to the pid that started it. */
const MARK = "IPC_PLAYGROUND_NETWORK_OF";
const SIGKILL = 9;

/**
 * For a lab that watches packets: where this process may not, run the same command again in a user and
 * network namespace of its own, in which a plain user may. Returns that command's exit status, or
 * `undefined` to go on here: the right is there, or such namespaces are not allowed.
 */
export async function inNetworkOfItsOwn(): Promise<number | undefined> {
  if (process.env[MARK] !== undefined) return enter(Number(process.env[MARK]));
  if (mayWatchPackets()) return undefined;
  if (spawnSync("unshare", ["-Urn", "true"], { stdio: "ignore" }).status !== 0) {
    console.error(
      "Packets cannot be watched here: it takes CAP_NET_RAW, or user namespaces (`pnpm lab doctor`). The rest of the lab runs.",
    );
    return undefined;
  }
  console.error("This user may not watch packets: the lab runs in a network of its own (unshare -Urn).");
  return again();
}

/** In the new namespace: its loopback is down at first, and the process must not outlive who started it. */
function enter(starter: number): undefined {
  setParentDeathSignal(SIGKILL);
  if (process.ppid !== starter) process.exit(EXIT.failed);
  const fd = socket("inet", "datagram");
  bringInterfaceUp(fd, "lo");
  close(fd);
}

function mayWatchPackets(): boolean {
  const fd = openPacketSocket("lo");
  if (fd >= 0) close(fd);
  return fd >= 0;
}

async function again(): Promise<number> {
  const child = spawn("unshare", ["-Urn", process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, [MARK]: `${process.pid}` },
  });
  // Ctrl-C reaches both: the other one ends the lab in good order, and this one waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? EXIT.failed;
}
