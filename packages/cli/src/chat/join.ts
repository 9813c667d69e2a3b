import { userInfo } from "node:os";
import { connectChat, parseServer } from "@ipc-playground/chat";
import { joinChat } from "@ipc-playground/chat/terminal";
import { addressText } from "@ipc-playground/sockets";
import { passwordFrom, textOf } from "./secrets.ts";

/** A person can press Ctrl-C; a script would wait for ever. */
const SCRIPT_TRIES = 6;

export interface JoinOptions {
  nick?: string;
  room?: string;
  tls?: true;
  tlsCa?: string;
  passwordFile?: string;
  plain?: true;
}

/** `pnpm chat join`. Returns the exit status. */
export async function joinCommand(where: string | undefined, options: JoinOptions): Promise<number> {
  const server = parseServer(where);
  const password = passwordFrom(options.passwordFile);
  const { room, tlsCa } = options;
  const tls = tlsCa === undefined ? options.tls && {} : { ca: textOf(tlsCa) };
  const isScript = options.plain === true || !(process.stdin.isTTY && process.stdout.isTTY);
  const client = connectChat({
    ...server,
    ...(isScript && { maxTries: SCRIPT_TRIES }),
    nick: options.nick ?? userNick(),
    ...(room !== undefined && { rooms: room.split(",") }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls }),
  });
  return joinChat({
    client,
    server: addressText(server),
    plain: options.plain === true,
  });
}

/** The user's name on this machine, as far as it can be a nickname. */
function userNick(): string {
  const plain = userInfo()
    .username.replace(/[^A-Za-z0-9_-]/g, "")
    .replace(/^[^A-Za-z]+/, "");
  // "root" is reserved, so that nobody passes for somebody who runs the server.
  return plain === "" || plain === "root" ? `guest${process.pid}` : plain.slice(0, 32);
}
