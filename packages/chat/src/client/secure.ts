import { isIP, type Socket } from "node:net";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import { IpcError } from "@ipc-playground/contract";
import { type Address, addressText, inPlainWords } from "@ipc-playground/sockets";

/** How to know the server by its certificate. */
export interface ChatTls {
  /** The certificates (PEM) that the server's is checked against. Default: those that Node trusts. */
  ca?: string | undefined;
  /** `false`: whoever answers is believed to be the server. For experiments only. Default: `true`. */
  rejectUnauthorized?: boolean | undefined;
  /** The name that must be in the certificate. Default: the host. */
  servername?: string | undefined;
}

/**
 * TLS over a connection. When it fails it destroys the socket below, which does not know why: `onFailure` is told
 * before that socket is closed.
 */
export function secured(
  socket: Socket,
  where: Address,
  options: ChatTls,
  onFailure: (why: IpcError) => void,
): TLSSocket {
  const { ca, rejectUnauthorized = true, servername } = options;
  const secure = tlsConnect({
    socket,
    host: where.host,
    // An address is no name that a server could choose a certificate by. RFC 6066, 3
    servername: servername ?? (isIP(where.host) === 0 ? where.host : ""),
    rejectUnauthorized,
    ...(ca !== undefined && { ca }),
  });
  let trusted = false;
  secure.once("secureConnect", () => {
    trusted = true;
  });
  secure.on("error", (cause) => {
    const place = addressText(where);
    if (trusted) onFailure(inPlainWords(cause, "connection", place));
    else onFailure(secure.authorizationError ? notTrusted(cause, place) : notSecure(cause, place));
  });
  secure.once("close", () => socket.destroy());
  return secure;
}

function notTrusted(cause: Error, where: string): IpcError {
  return new IpcError(
    "NOT_TRUSTED",
    `the certificate of ${where} is not trusted: ${cause.message}`,
    "give the certificate that signed it as `ca`; if there is none, ask whoever runs the server",
    { cause },
  );
}

function notSecure(cause: NodeJS.ErrnoException, where: string): IpcError {
  // OpenSSL's codes, not the kernel's.
  if (cause.code !== "EPROTO" && !cause.code?.startsWith("ERR_SSL_")) {
    return inPlainWords(cause, "connection", where);
  }
  return new IpcError(
    "BAD_FRAME",
    `what comes from ${where} is no TLS`,
    "connect without `tls`; if the server does speak TLS, it takes no connection at the moment",
    { cause },
  );
}
