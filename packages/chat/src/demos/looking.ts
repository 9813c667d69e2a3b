import { readFileSync } from "node:fs";
import { openDescriptors, type TcpSocket, tcpSockets } from "@ipc-playground/libc";

/** What of a process one needs to look at it from outside. */
type Owner = { pid: number };

/** Calls of write(2) that a process has made so far. `undefined`: this kernel does not say. proc_pid_io(5) */
export function writesOf({ pid }: Owner): number | undefined {
  try {
    const [, calls] = /^syscw: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8")) ?? [];
    return calls === undefined ? undefined : Number(calls);
  } catch {
    return undefined;
  }
}

/** A process's TCP sockets over IPv4, as /proc/net/tcp has them. */
function socketLines({ pid }: Owner): TcpSocket[] {
  const own = new Set((openDescriptors(pid) ?? []).map(({ target }) => target));
  return tcpSockets().filter(({ inode }) => own.has(`socket:[${inode}]`));
}

/** The port on which a process listens. `undefined` as long as it does not. */
export function portOf(owner: Owner): number | undefined {
  return socketLines(owner).find(({ state }) => state === "LISTEN")?.localPort;
}

/** Both ends of a client's connection to that port: what the server's kernel has to send, what the client has not read. */
export function endsOf(client: Owner, port: number): { server: TcpSocket; client: TcpSocket } | undefined {
  const near = socketLines(client).find(({ remotePort }) => remotePort === port);
  const far = tcpSockets(port).find(({ remotePort }) => remotePort === near?.localPort);
  return near === undefined || far === undefined ? undefined : { server: far, client: near };
}
