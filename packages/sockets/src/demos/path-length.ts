import { once } from "node:events";
import { closeSync, constants, openSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { bindSocket, close, errnoSymbol, socket } from "@ipc-playground/libc";
import { connectUnix, listenUnix, UNIX_PATH_BYTES, UnixSocket } from "@ipc-playground/sockets";
import { refusal } from "./messages-telling.ts";

/** A name that is fine for a file, and too long for a socket. */
const LONG_BYTES = 130;

export default defineDemo({
  name: "path-length",
  title: "A Unix socket's path has 107 bytes, and who cuts it says nothing",
  claims: {
    limit: {
      says: "The path of a Unix socket has at most 107 bytes.",
      expect: "holds",
      source: "unix(7): sun_path has 108, with the NUL",
    },
    file: {
      says: "A path that is good for a file is good for a socket.",
      expect: "refuted",
      source: "unix(7), path_resolution(7): 4095 bytes against 107",
    },
    node: {
      says: "A Node server listens at the path that it was given, or fails.",
      expect: "refuted",
      source: "seen on Node 20 and 22: the path is cut, and listening goes on",
    },
    deep: {
      says: "A socket in a folder that is too deep cannot be used at all.",
      expect: "refuted",
      source: "proc_pid_fd(5): /proc/self/fd/DIRFD/NAME is short",
    },
  },
  predict: {
    question: `On Node 20 or 22, server.listen() is given a path of ${LONG_BYTES} bytes. What happens?`,
    choices: [
      "EINVAL or ENAMETOOLONG",
      "It listens there",
      "It listens at the beginning of the path, and says nothing",
    ],
    answer: 2,
    because:
      "There is room for 108 bytes in the address, and Node fills it without a NUL. What is over that was dropped on the way to the kernel.",
  },
  processes: {},
  async run({ scratch, claim, unavailable, step, log }) {
    const folder = scratch();
    const path = (bytes: number) => `${folder}/`.padEnd(bytes, "x");
    step("The kernel itself is given a path of 107 bytes with its NUL, and one of 108.");
    const [fits, over] = [UNIX_PATH_BYTES, UNIX_PATH_BYTES + 1].map((bytes) => {
      const fd = socket("unix", "stream");
      const result = log.call(
        "bind",
        `${bytes} bytes`,
        () => bindSocket(fd, { family: "unix", path: path(bytes) }),
        undefined,
        (returned) => (returned === 0 ? { result: "bound" } : {}),
      );
      close(fd);
      return result < 0 ? errnoSymbol(-result) : "bound";
    });
    claim("limit", fits === "bound" && over !== "bound", `107 bytes: ${fits}; 108: ${over}`);
    writeFileSync(path(LONG_BYTES), "");
    const long = refusal(() => listenUnix(path(LONG_BYTES + 1)).close());
    claim(
      "file",
      long === "nothing",
      `a file of ${LONG_BYTES} bytes was made there; a socket of ${LONG_BYTES + 1}: ${long}`,
    );

    step("Node's own net is given the long path.");
    const elsewhere = scratch();
    const given = `${elsewhere}/`.padEnd(LONG_BYTES, "y");
    const server = createServer().listen(given);
    const error = await once(server, "listening").then(
      () => undefined,
      ({ code }) => `${code}`,
    );
    const [made] = readdirSync(elsewhere).map((name) => `${elsewhere}/${name}`.length);
    server.close();
    log.event("listen", { object: `net, ${LONG_BYTES} bytes`, result: error ?? `${made} bytes` });
    if (error !== undefined)
      unavailable("node", `this Node (${process.version}) refuses it: ${error}; Node 20 and 22 cut it`);
    else
      claim(
        "node",
        made === given.length,
        `it was given ${given.length} bytes, said "listening", and made a path of ${made}`,
      );

    step("The cure: a descriptor of the folder, and a short path through it.");
    const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    const short = `/proc/self/fd/${fd}/${"z".repeat(80)}`;
    using listener = listenUnix(short);
    using client = connectUnix(short);
    const peer = listener.accept({ withinMs: 5_000 });
    log.event("bind", { object: "/proc/self/fd/DIRFD/NAME", result: `${short.length} bytes` });
    const whole = `${folder}/${"z".repeat(80)}`.length;
    claim(
      "deep",
      !(peer instanceof UnixSocket) || client.closed,
      `a path of ${whole} bytes was bound and reached as one of ${short.length}`,
    );
    if (peer instanceof UnixSocket) peer.close();
    listener.close();
    closeSync(fd);
  },
});
