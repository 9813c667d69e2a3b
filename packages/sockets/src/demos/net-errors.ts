import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { bindSocket, check, close, socket, socketName } from "@ipc-playground/libc";
import { codeOf, HERE, portOf } from "./net-telling.ts";

/** RFC 6761: nobody will ever have it. */
const NO_NAME = "no-such-host.invalid";

export default defineDemo({
  name: "net-errors",
  title: "Before there is a connection: ECONNREFUSED, ENOTFOUND, EADDRINUSE",
  claims: {
    refused: {
      says: "Where nobody listens, connecting fails at once, with ECONNREFUSED.",
      expect: "holds",
      source: "connect(2)",
    },
    notFound: {
      says: "A name that nobody has gives ENOTFOUND.",
      expect: "holds",
      source: "Node.js, Common system errors; getaddrinfo(3), EAI_NONAME",
    },
    throws: {
      says: "listen() throws if the port is in use.",
      expect: "refuted",
      source: "Node.js, server.listen: an 'error' event, EADDRINUSE",
    },
    ignored: {
      says: "An error that nobody listens for is ignored.",
      expect: "refuted",
      source: "Node.js, events: 'error' without a listener is thrown",
    },
  },
  predict: {
    question: "A program connects to a closed port and has no listener for 'error'. What happens?",
    choices: ["Nothing is to be seen", "A warning is printed", "The process ends, with status 1"],
    answer: 2,
    because: "An 'error' event that nobody listens for is thrown, and nothing is there to catch it.",
  },
  processes: {
    async caller({ number, log }) {
      const knock = async (host: string, port: number) => {
        const began = performance.now();
        const code = await once(connect(port, host), "connect").then(() => "connected", codeOf);
        log.event("connect", { object: host === HERE ? `port ${port}` : host, result: code });
        return { code, ms: performance.now() - began };
      };
      const refused = await knock(HERE, number("closed"));
      const unknown = await knock(NO_NAME, 80);

      const second: Server = createServer();
      let thrown = "nothing";
      try {
        second.listen(number("taken"), HERE);
      } catch (error) {
        thrown = codeOf(error);
      }
      const [error] = await Promise.race([once(second, "error"), once(second, "listening")]);
      log.event("listen", {
        object: `port ${number("taken")}`,
        result: `threw ${thrown}; 'error' ${codeOf(error)}`,
      });
      return { refused, unknown, thrown, event: codeOf(error) };
    },
    async server() {
      await once(createServer().listen(0, HERE), "close");
    },
  },
  async run({ start, program, claim, unavailable, step, until }) {
    step("A closed port, a name of nobody, a port that is taken.");
    const server = start("server");
    const taken = await until(() => portOf(server), { what: "the server to listen" });
    const { fd, port: closed } = portWithoutListener();
    const caller = start("caller", { args: { taken, closed } });
    const { refused, unknown, thrown, event } = await caller.result<{
      refused: { code: string; ms: number };
      unknown: { code: string };
      thrown: string;
      event: string;
    }>({ withinMs: 60_000 });
    claim("refused", refused.code === "ECONNREFUSED", `${refused.code}, after ${refused.ms.toFixed(1)} ms`);
    // EAI_AGAIN: no name server answered, so nobody could say that the name does not exist.
    if (unknown.code === "EAI_AGAIN") unavailable("notFound", `EAI_AGAIN: no name server answers here`);
    else claim("notFound", unknown.code === "ENOTFOUND", `${NO_NAME}: ${unknown.code}`);
    claim("throws", thrown !== "nothing", `listen() threw ${thrown}; then came 'error' with ${event}`);
    server.kill("SIGKILL");

    step("The same closed port, and nobody listens for 'error'.");
    const careless = program(process.execPath, ["-e", `net.connect(${closed}, "${HERE}")`], {
      as: "careless",
    });
    const { code } = await careless.exited();
    close(fd);
    claim("ignored", code === 0, `the process ended with status ${code}`);
  },
});

/** A port that is taken, so that nobody else gets it, and does not listen. */
function portWithoutListener(): { fd: number; port: number } {
  const fd = check(socket("inet", "stream"), { syscall: "socket", doing: "make a socket" });
  check(bindSocket(fd, { family: "inet", address: HERE, port: 0 }), {
    syscall: "bind",
    doing: "take a port",
  });
  const name = socketName(fd);
  return { fd, port: name !== null && typeof name !== "number" && name.family === "inet" ? name.port : 0 };
}
