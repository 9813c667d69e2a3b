import { fileURLToPath } from "node:url";
import { type CompileOptions, compileYardstick } from "@ipc-playground/bench-kit/run";

/**
 * - `chat`: ours.
 * - `c`: the yardstick.
 * - `bare`: `node:net` and nothing else.
 * - `null`: the yardstick's program, which passes bytes on and looks at nothing: the most that this load and this
 *   kernel can do.
 * - `socket.io`: by its own client.
 */
export const SERVERS = ["chat", "c", "bare", "null", "socket.io"] as const;
export type ServerName = (typeof SERVERS)[number];

type Program = readonly [string, ...string[]];

/** How a server and its load are started; or why they are not, which is no error. */
export type Available =
  | {
      kind: "ready";
      server: Program;
      load: Program;
      /** The sender sends whole lines, nickname and all. */
      relayed?: true;
      /** It has rooms, and tells everybody in one who comes. */
      hasRooms?: true;
    }
  | { kind: "absent"; reason: string };

const YARDSTICKS = fileURLToPath(new URL("../../yardstick/", import.meta.url));

const node = (path: string): Program => [process.execPath, fileURLToPath(new URL(path, import.meta.url))];

/** @throws {IpcError} COMPILE_FAILED, FILE_UNWRITABLE: see {@link compileYardstick}. */
export function find(name: ServerName, compile: CompileOptions = {}): Available {
  const load = node("load/main.js");
  switch (name) {
    case "chat":
      return { kind: "ready", server: node("server-main.js"), load, hasRooms: true };
    case "bare":
      return { kind: "ready", server: node("bare-main.js"), load };
    case "socket.io":
      return socketIo();
    default: {
      const compiled = compileYardstick("chat", { sources: YARDSTICKS, ...compile });
      if (compiled.kind === "absent") return compiled;
      if (name === "c") return { kind: "ready", server: [compiled.program], load };
      return { kind: "ready", server: [compiled.program, "relay"], load, relayed: true };
    }
  }
}

function socketIo(): Available {
  const missing = ["socket.io", "socket.io-client"].filter((name) => !isInstalled(name));
  if (missing.length === 0) {
    return {
      kind: "ready",
      server: node("socket-io/server-main.js"),
      load: node("socket-io/load-main.js"),
    };
  }
  return { kind: "absent", reason: `${missing.join(" and ")} not installed (only development needs them)` };
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
