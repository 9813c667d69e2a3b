import type { EventEmitter } from "node:events";
import type { Log } from "@ipc-playground/lab-kit";
import { openDescriptors, type TcpSocket, tcpSockets } from "@ipc-playground/libc";

/** The host that all demos of Node's net use. */
export const HERE = "127.0.0.1";

/** What of a process a look at its sockets needs. */
type Owner = { pid: number };

function socketsOf(pid: number): Set<string> {
  return new Set((openDescriptors(pid) ?? []).map(({ target }) => target));
}

/** A process's TCP sockets over IPv4, as /proc/net/tcp has them. */
export function socketLines({ pid }: Owner): TcpSocket[] {
  const own = socketsOf(pid);
  return tcpSockets().filter(({ inode }) => own.has(`socket:[${inode}]`));
}

/** The port on which a process listens: what it asked for may have been 0. `undefined` as long as it does not. */
export function portOf(owner: Owner): number | undefined {
  return socketLines(owner).find(({ state }) => state === "LISTEN")?.localPort;
}

/** This process's descriptor of its TCP socket at that port: net does not tell it. -1 if there is none. */
export function descriptorAt(port: number): number {
  const line = socketLines(process).find(({ localPort }) => localPort === port);
  const own = openDescriptors(process.pid) ?? [];
  return own.find(({ target }) => target === `socket:[${line?.inode}]`)?.fd ?? -1;
}

/** Tell each of these events in the lanes as it comes. Returns their names, in the order in which they came. */
export function tell(
  log: Log,
  emitter: EventEmitter,
  events: readonly string[],
  object: string,
): readonly string[] {
  const seen: string[] = [];
  for (const event of events) {
    emitter.on(event, (value: unknown) => {
      seen.push(event);
      log.event(`'${event}'`, {
        object,
        ...(value instanceof Uint8Array && { bytes: value.length }),
        ...(value instanceof Error && { result: codeOf(value) }),
      });
    });
  }
  return seen;
}

/** `ECONNREFUSED`: what to compare, where the message is for people. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
