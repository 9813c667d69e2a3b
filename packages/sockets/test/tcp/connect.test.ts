import { once } from "node:events";
import { bindSocket, close, listen, socket, socketName } from "@ipc-playground/libc";
import { connect, inPlainWords, parsePort } from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { serving } from "./peers.ts";

/** A port that nobody listens at: one that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = await serving(() => {});
  await server.close({ withinMs: 0 });
  return server.address.port;
}

test("a connection by name and by address", async () => {
  const server = await serving(({ socket }) => socket.end("hello"));
  for (const host of ["127.0.0.1", "localhost"]) {
    const socket = await connect({ host, port: server.address.port });
    onTestFinished(() => {
      socket.destroy();
    });
    expect(String((await once(socket, "data"))[0])).toBe("hello");
  }
});

test("nobody listens: CONNECTION_REFUSED", async () => {
  const port = await freePort();
  await expect(connect({ host: "127.0.0.1", port })).rejects.toMatchObject({
    code: "CONNECTION_REFUSED",
    fact: `nobody listens at 127.0.0.1:${port}`,
    errno: "ECONNREFUSED",
    syscall: "connect",
  });
});

test("a name without an address: NAME_NOT_FOUND", async () => {
  await expect(connect({ host: "nobody.invalid", port: 1 })).rejects.toMatchObject({
    code: "NAME_NOT_FOUND",
  });
});

test("a port that cannot be: BAD_ADDRESS", async () => {
  await expect(connect({ host: "127.0.0.1", port: 70_000 })).rejects.toMatchObject({ code: "BAD_ADDRESS" });
});

test("an abort, before or during, ends it with the signal's own reason", async () => {
  const before = AbortSignal.abort(new Error("changed my mind"));
  await expect(connect({ host: "127.0.0.1", port: 1, signal: before })).rejects.toThrow("changed my mind");
  const during = new AbortController();
  const connecting = connect({ host: "nobody.invalid", port: 1, signal: during.signal });
  during.abort(new Error("too slow"));
  await expect(connecting).rejects.toThrow("too slow");
});

test("a server that does not even refuse: DEADLINE_PASSED", async () => {
  // Its queue of connections is full, so the kernel answers no SYN: to the client it looks switched off.
  const deaf = socket("inet", "stream");
  onTestFinished(() => {
    close(deaf);
  });
  bindSocket(deaf, { family: "inet", address: "127.0.0.1", port: 0 });
  listen(deaf, 0);
  const address = { host: "127.0.0.1", port: (socketName(deaf) as { port: number }).port };
  const queued = await connect(address);
  onTestFinished(() => {
    queued.destroy();
  });
  await expect(connect({ ...address, withinMs: 50 })).rejects.toMatchObject({
    code: "DEADLINE_PASSED",
    fact: `${address.host}:${address.port} did not answer within 0.05 s`,
  });
});

test.each([
  ["connect", "ECONNREFUSED", "CONNECTION_REFUSED"],
  ["connect", "ETIMEDOUT", "UNREACHABLE"],
  ["connect", "EHOSTUNREACH", "UNREACHABLE"],
  ["connect", "ENETUNREACH", "UNREACHABLE"],
  ["connect", "ENOTFOUND", "NAME_NOT_FOUND"],
  ["connect", "EAI_AGAIN", "NAME_NOT_FOUND"],
  ["connect", "EADDRNOTAVAIL", "BAD_ADDRESS"],
  ["connect", "EACCES", "NO_PERMISSION"],
  ["connect", "EMFILE", "TOO_MANY_DESCRIPTORS"],
  ["listen", "EADDRINUSE", "ADDRESS_IN_USE"],
  ["listen", "EACCES", "NO_PERMISSION"],
  ["listen", "EADDRNOTAVAIL", "BAD_ADDRESS"],
  ["connection", "ECONNRESET", "CONNECTION_LOST"],
  ["connection", "EPIPE", "CONNECTION_LOST"],
  ["connection", "ETIMEDOUT", "CONNECTION_LOST"],
  ["connection", "EHOSTUNREACH", "CONNECTION_LOST"],
  ["connection", "ESOMETHING", "CONNECTION_LOST"],
  ["connect", "ESOMETHING", "SYSTEM_CALL_FAILED"],
] as const)("%s: %s in plain words is %s, with a next step and the number's symbol", (stage, errno, code) => {
  const cause = Object.assign(new Error(`${stage} ${errno}`), { code: errno, syscall: "connect" });
  const error = inPlainWords(cause, stage, "10.0.0.1:80");
  expect(error).toMatchObject({ code, errno, cause });
  expect(error.nextStep).not.toBe("");
});

test("a port as text is 0 to 65535 in digits, and nothing else", () => {
  expect(["0", "80", "65535"].map(parsePort)).toEqual([0, 80, 65_535]);
  for (const text of ["", "65536", "-1", "8o", " 80", "1e3", "080000"]) {
    expect(() => parsePort(text)).toThrow(expect.objectContaining({ code: "BAD_ADDRESS" }));
  }
});
