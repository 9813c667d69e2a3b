import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IpcError } from "@ipc-playground/contract";
import {
  type ConnectionHandler,
  connect,
  type Offer,
  OutgoingFile,
  type OutgoingOptions,
  type ReceiveOptions,
  receiveFile,
  type TcpServer,
} from "@ipc-playground/sockets";
import { onTestFinished } from "vitest";
import { serving } from "../tcp/peers.ts";

/** In memory where there is such a place: fsync(2) on a busy disk takes seconds. */
const PARENT = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export function folder(): string {
  const path = mkdtempSync(join(PARENT, "transfer-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A file of random bytes, ready to be sent. */
export async function outgoing(bytes: number, options: OutgoingOptions & { content?: Buffer } = {}) {
  const path = join(folder(), "report.pdf");
  const content = options.content ?? randomBytes(bytes);
  writeFileSync(path, content);
  const file = await OutgoingFile.open(path, options);
  onTestFinished(() => file[Symbol.asyncDispose]());
  return { path, content, file };
}

/** A server that receives files into a folder, and remembers what became of each. */
export async function receiving(into: string, options: ReceiveOptions = {}) {
  const outcomes: (IpcError | "received")[] = [];
  const handler: ConnectionHandler = async ({ socket }) => {
    try {
      await receiveFile(socket, into, options);
      outcomes.push("received");
    } catch (error) {
      outcomes.push(error as IpcError);
    }
  };
  return { server: await serving(handler), outcomes };
}

export async function socketTo({ address }: TcpServer): Promise<Socket> {
  const socket = await connect(address);
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

export const visible = (path: string) => readdirSync(path).filter((name) => !name.startsWith("."));

export const offer = (changes: Partial<Record<keyof Offer, unknown>> = {}) => ({
  type: "offer",
  version: 1,
  name: "a.txt",
  size: 3,
  mime: "text/plain",
  // Of "abc". FIPS 180-4 has it as an example.
  sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  ...changes,
});
