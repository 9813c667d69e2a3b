import { type ErrorCode, IpcError } from "@ipc-playground/contract";

/** What failed: making a connection, listening for them, or a connection that had been made. */
export type Stage = "connect" | "listen" | "connection";

interface Words {
  code: ErrorCode;
  /** `where` is an address: `127.0.0.1:5000`. */
  fact: (where: string) => string;
  nextStep: string;
}

/** errno(3) and getaddrinfo(3) in plain words, for each stage in which they mean something. */
const CONNECT: Readonly<Record<string, Words>> = {
  ECONNREFUSED: {
    code: "CONNECTION_REFUSED",
    fact: (where) => `nobody listens at ${where}`,
    nextStep: "start the server, or check the port",
  },
  ETIMEDOUT: {
    code: "UNREACHABLE",
    fact: (where) => `nothing comes back from ${where}`,
    nextStep: "the machine is off, or a firewall drops the packets: check the address",
  },
  EHOSTUNREACH: {
    code: "UNREACHABLE",
    fact: (where) => `no machine answers at the address of ${where}`,
    nextStep: "check the address, and whether that machine is on",
  },
  ENETUNREACH: {
    code: "UNREACHABLE",
    fact: (where) => `this machine knows no way to the network of ${where}`,
    nextStep: "check this machine's own network: ip route",
  },
  ENOTFOUND: {
    code: "NAME_NOT_FOUND",
    fact: (where) => `the name in ${where} has no address`,
    nextStep: "check the spelling; `getent hosts NAME` asks as this program did",
  },
  EAI_AGAIN: {
    code: "NAME_NOT_FOUND",
    fact: (where) => `nobody who could know the address of ${where} answered`,
    nextStep: "try again, or check /etc/resolv.conf",
  },
  EADDRNOTAVAIL: {
    code: "BAD_ADDRESS",
    fact: (where) => `this machine has no address or no free port to connect to ${where} from`,
    nextStep: "check the address; `ss -s` counts the connections, those in TIME_WAIT hold a port for 60 s",
  },
};

const LISTEN: Readonly<Record<string, Words>> = {
  EADDRINUSE: {
    code: "ADDRESS_IN_USE",
    fact: (where) => `another socket listens at ${where} already`,
    nextStep: "`ss -ltnp` shows which: stop that program, or choose another port (0: the kernel finds one)",
  },
  EACCES: {
    code: "NO_PERMISSION",
    fact: (where) => `this user may not listen at ${where}`,
    nextStep: "choose a port from 1024 on: those below are root's (ip(7), ip_unprivileged_port_start)",
  },
  EADDRNOTAVAIL: {
    code: "BAD_ADDRESS",
    fact: (where) => `this machine does not have the address in ${where}`,
    nextStep: "`ip address` lists those it has; 127.0.0.1 is for this machine alone, 0.0.0.0 for all of them",
  },
  ENOTFOUND: CONNECT.ENOTFOUND as Words,
  EAI_AGAIN: CONNECT.EAI_AGAIN as Words,
};

const CONNECTION: Readonly<Record<string, Words>> = {
  ECONNRESET: {
    code: "CONNECTION_LOST",
    fact: (where) => `${where} cut the connection`,
    nextStep: "it was killed, or closed the connection without reading all: what was under way is lost",
  },
  EPIPE: {
    code: "CONNECTION_LOST",
    fact: (where) => `${where} had ended the connection before this was written`,
    nextStep: "connect again, and send again what was not acknowledged",
  },
  ECONNABORTED: {
    code: "CONNECTION_LOST",
    fact: (where) => `the connection with ${where} was given up before it began`,
    nextStep: "connect again",
  },
  ETIMEDOUT: {
    code: "CONNECTION_LOST",
    fact: (where) => `${where} has stopped to acknowledge anything`,
    nextStep: "that machine or the way to it is gone: connect again",
  },
  EHOSTUNREACH: {
    code: "CONNECTION_LOST",
    fact: (where) => `the way to ${where} is gone`,
    nextStep: "connect again when the network is back",
  },
};

/** Where it does not matter what was tried. */
const ANYWHERE: Readonly<Record<string, Words>> = {
  EMFILE: {
    code: "TOO_MANY_DESCRIPTORS",
    fact: () => "this process has as many descriptors open as it may",
    nextStep: "close some, or raise the limit: ulimit -n",
  },
  ENFILE: {
    code: "TOO_MANY_DESCRIPTORS",
    fact: () => "this machine has as many files open as it may",
    nextStep: "an administrator raises it: sysctl -w fs.file-max=NUMBER",
  },
  EACCES: {
    code: "NO_PERMISSION",
    fact: (where) => `this user, or a firewall, does not permit ${where}`,
    nextStep: "check the address: a broadcast address is refused like this too",
  },
  EPERM: {
    code: "NO_PERMISSION",
    fact: (where) => `a firewall of this machine does not permit ${where}`,
    nextStep: "ask whoever keeps its rules",
  },
  ERR_SOCKET_BAD_PORT: {
    code: "BAD_ADDRESS",
    fact: (where) => `${where} has no port that can be`,
    nextStep: "give a whole number from 0 to 65535",
  },
};

const STAGES: Readonly<Record<Stage, Readonly<Record<string, Words>>>> = {
  connect: CONNECT,
  listen: LISTEN,
  connection: CONNECTION,
};

/**
 * An error of Node's `net` in plain words: what happened, and what to do about it.
 *
 * @param where The address that it is about: `127.0.0.1:5000`.
 */
export function inPlainWords(cause: unknown, stage: Stage, where: string): IpcError {
  if (cause instanceof IpcError) return cause;
  const { code = "", syscall, message } = cause as NodeJS.ErrnoException;
  const words = STAGES[stage][code] ?? ANYWHERE[code];
  // Node's own codes begin with ERR_; only the kernel's and the resolver's are numbers of errno's kind.
  const errno = /^E(?!RR_)/.test(code) ? { errno: code } : {};
  const details = { cause, ...errno, ...(syscall !== undefined && { syscall }) };
  if (words === undefined) {
    const doing =
      stage === "connection"
        ? `the connection with ${where}`
        : `${stage === "listen" ? "listening at" : "connecting to"} ${where}`;
    return new IpcError(
      stage === "connection" ? "CONNECTION_LOST" : "SYSTEM_CALL_FAILED",
      `${doing} failed: ${message}`,
      "the cause says more",
      details,
    );
  }
  return new IpcError(words.code, words.fact(where), words.nextStep, details);
}

/** The error codes that {@link inPlainWords} has words for, at that stage. */
export function knownErrors(stage: Stage): string[] {
  return [...Object.keys(STAGES[stage]), ...Object.keys(ANYWHERE)];
}
