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

/** TLS over a connection. The socket below it is destroyed with an error in plain words when it fails. */
export function secured(socket: Socket, where: Address, options: ChatTls): TLSSocket {
  const { ca, rejectUnauthorized = true, servername } = options;
  const secure = tlsConnect({
    socket,
    host: where.host,
    // An address is no name that a server could choose a certificate by. RFC 6066, 3
    servername: servername ?? (isIP(where.host) === 0 ? where.host : ""),
    rejectUnauthorized,
    ...(ca !== undefined && { ca }),
  });
  secure.on("error", (cause) => socket.destroy(whyNotSecure(secure, cause, addressText(where))));
  secure.once("close", () => socket.destroy());
  return secure;
}

function whyNotSecure(secure: TLSSocket, cause: NodeJS.ErrnoException, where: string): IpcError {
  if (secure.authorizationError) {
    return new IpcError(
      "NOT_TRUSTED",
      `the certificate of ${where} is not trusted: ${cause.message}`,
      "give the certificate that signed it as `ca`; if there is none, ask whoever runs the server",
      { cause },
    );
  }
  // OpenSSL's codes, not the kernel's.
  if (cause.code?.startsWith("ERR_SSL_") || cause.code === "EPROTO") {
    return new IpcError(
      "BAD_FRAME",
      `what comes from ${where} is no TLS`,
      "connect without `tls`; if the server does speak TLS, it takes no connection at the moment",
      { cause },
    );
  }
  return inPlainWords(cause, "connection", where);
}
