import { openDescriptors, setSocketOption, tcpSockets } from "@ipc-playground/libc";
import { expect, onTestFinished, vi } from "vitest";
import type { ChatServer } from "../../src/server/chat-server.ts";
import type { Ending } from "../../src/server/counters.ts";
import { type ChatServerOptions, serveChat } from "../../src/server/serve-chat.ts";
import { until } from "./clients.ts";

/** Nobody is slowed down, where the flood limit is not what a test is about. */
const TALKATIVE = { commandBurst: 1e6, commandsPerSecond: 1e6 };

/**
 * A server that is gone when the test is. Whatever the test did to it, then: every session's end was counted, by
 * reason; none was the server's own fault; and nothing is left.
 */
export async function serving(options: ChatServerOptions = {}): Promise<ChatServer> {
  const server = await serveChat({ ...options, limits: { ...TALKATIVE, ...options.limits } });
  onTestFinished(async () => {
    vi.useRealTimers();
    await server.close();
    expectAccounted(server);
    expect(server.sessionCount).toBe(0);
  });
  return server;
}

export function expectAccounted({ counters, sessionCount }: ChatServer): void {
  const { refused, ...others } = counters.endings;
  const ended = Object.values(others).reduce((sum, count) => sum + count, 0);
  expect(ended + sessionCount).toBe(counters.connections);
  expect(counters.endings.defect).toBe(0);
}

/** Sessions ended for these reasons, so many each, and for no others. The last one may be about to be counted. */
export async function expectEndings(
  { counters }: ChatServer,
  expected: Partial<Record<Ending, number>>,
): Promise<void> {
  const sum = (counts: object) => Object.values(counts).reduce((all, count) => all + count, 0);
  await until(() => sum(counters.endings) >= sum(expected));
  expect(Object.fromEntries(Object.entries(counters.endings).filter(([, count]) => count > 0))).toEqual(
    expected,
  );
}

/** The clock stands still until the test moves it; sockets go on. */
export function stopTheClock(): void {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/**
 * Have the kernel keep next to nothing for who does not read: what is queued is queued by the server. A socket
 * that is accepted has the listener's SO_SNDBUF. socket(7)
 */
export function keepSendBuffersSmall({ address: { port } }: ChatServer): void {
  const listener = tcpSockets(port).find(({ state }) => state === "LISTEN");
  const name = `socket:[${listener?.inode}]`;
  const fd = openDescriptors(process.pid)?.find(({ target }) => target === name)?.fd;
  expect(setSocketOption(fd as number, "SO_SNDBUF", 1)).toBe(0);
}
