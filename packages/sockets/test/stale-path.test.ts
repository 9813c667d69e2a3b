import { existsSync, lstatSync, mkdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { bindSocket, close, flock, LOCK_EX, O_RDONLY, open, socket } from "@ipc-playground/libc";
import { connectUnix, listenUnix, openUnixDatagram, pathState, UnixSocket } from "@ipc-playground/sockets";
import { expect, test } from "vitest";
import { child, codeOf, folder, owned, WITHIN } from "./unix-suite.ts";

const SERVER = `const l = s.listenUnix(process.argv[1], { replaceStale: true }); console.log("up"); l.accept();`;

/** A path that somebody had bound and left. */
function stale(path = `${folder()}/s`): string {
  const fd = socket("unix", "stream");
  bindSocket(fd, { family: "unix", path });
  close(fd);
  return path;
}

test("a server that is killed leaves its path: stale, and refused to the next one", async () => {
  const path = `${folder()}/s`;
  const server = child("node", SERVER, [path]);
  await server.printed("up");
  expect(pathState(path)).toBe("live");
  server.started.kill("SIGKILL");
  await server.ended;
  expect(pathState(path)).toBe("stale");
  expect(codeOf(() => connectUnix(path))).toBe("CONNECTION_REFUSED");
  expect(codeOf(() => listenUnix(path))).toBe("ADDRESS_IN_USE");
  const listener = owned(listenUnix(path, { replaceStale: true }));
  owned(connectUnix(path));
  expect(listener.accept({ withinMs: 5_000 })).toBeInstanceOf(UnixSocket);
});

test.each(["stream", "seqpacket"] as const)(
  "a living %s server keeps its path, and does not notice",
  (type) => {
    const listener = owned(listenUnix(`${folder()}/s`, { type }));
    for (const other of ["stream", "seqpacket"] as const) {
      expect(codeOf(() => listenUnix(listener.path, { type: other, replaceStale: true }))).toBe(
        "ADDRESS_IN_USE",
      );
    }
    expect(listener.accept({ withinMs: 0 })).toEqual({ kind: "would-block" });
    owned(connectUnix(listener.path, { type }));
  },
);

test("a server with a full queue is alive", () => {
  const listener = owned(listenUnix(`${folder()}/s`, { backlog: 0 }));
  owned(connectUnix(listener.path));
  expect(pathState(listener.path)).toBe("live");
});

test("a socket that is bound and does not listen yet is alive, though a connect is refused", () => {
  const path = `${folder()}/s`;
  const fd = socket("unix", "stream");
  bindSocket(fd, { family: "unix", path });
  expect(codeOf(() => connectUnix(path))).toBe("CONNECTION_REFUSED");
  expect(pathState(path)).toBe("live");
  expect(codeOf(() => listenUnix(path, { replaceStale: true }))).toBe("ADDRESS_IN_USE");
  close(fd);
  expect(pathState(path)).toBe("stale");
});

test("a datagram socket keeps its path, one too that hears a peer only; Node's server as well", async () => {
  const dir = folder();
  const peer = owned(openUnixDatagram({ path: `${dir}/peer` }));
  const socket = owned(openUnixDatagram({ path: `${dir}/s` }));
  expect(pathState(socket.path)).toBe("live");
  socket.connect(peer.path);
  expect(codeOf(() => openUnixDatagram({ path: socket.path, replaceStale: true }))).toBe("ADDRESS_IN_USE");
  const server = createServer().listen(`${dir}/node`);
  await new Promise((resolve) => server.once("listening", resolve));
  expect(pathState(`${dir}/node`)).toBe("live");
  server.close();
});

test("what is no socket is never removed: a file, a folder, a link to a stale path", () => {
  const dir = folder();
  writeFileSync(`${dir}/file`, "precious");
  mkdirSync(`${dir}/folder`);
  symlinkSync(stale(`${dir}/s`), `${dir}/link`);
  for (const name of ["file", "folder", "link"]) {
    expect(pathState(`${dir}/${name}`)).toBe("other");
    expect(codeOf(() => listenUnix(`${dir}/${name}`, { replaceStale: true }))).toBe("ADDRESS_IN_USE");
    expect(lstatSync(`${dir}/${name}`)).toBeDefined();
  }
});

test("a free path is simply bound, and its mode is set before anybody sees it", () => {
  const path = `${folder()}/s`;
  expect(pathState(path)).toBe("free");
  const listener = owned(listenUnix(path, { replaceStale: true, mode: 0o600 }));
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
  listener.close();
  expect(existsSync(path)).toBe(false);
});

test("an old owner that closes late does not take the new owner's path away", () => {
  const path = `${folder()}/s`;
  const old = listenUnix(path);
  // As a careless program would.
  unlinkSync(path);
  const next = owned(listenUnix(path));
  old.close();
  owned(connectUnix(next.path));
});

test("of several servers that replace a stale path at once exactly one wins, and is reached", async () => {
  const path = stale();
  const servers = Array.from({ length: 6 }, () =>
    child(
      "node",
      `try { const l = s.listenUnix(process.argv[1], { replaceStale: true }); console.log("up"); l.accept(); } catch (e) { console.log(e.code); }`,
      [path],
    ),
  );
  await expect.poll(() => servers.filter(({ started }) => started.exitCode !== null).length, WITHIN).toBe(5);
  owned(connectUnix(path));
  const said = await Promise.all(servers.map(({ ended }) => ended));
  expect(said.sort()).toEqual([...new Array(5).fill("ADDRESS_IN_USE"), "up"]);
});

test("a lock that somebody else holds on the folder is waited for, not for ever", () => {
  const path = stale();
  const fd = open(path.slice(0, path.lastIndexOf("/")), O_RDONLY);
  flock(fd, LOCK_EX);
  expect(codeOf(() => listenUnix(path, { replaceStale: true }))).toBe("DEADLINE_PASSED");
  close(fd);
  owned(listenUnix(path, { replaceStale: true }));
});
