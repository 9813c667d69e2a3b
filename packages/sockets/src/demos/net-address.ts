import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { codeOf, HERE } from "./net-telling.ts";

/** Another address of this machine: all of 127.0.0.0/8 is. A server at 127.0.0.1 is not there. */
const ALSO_HERE = "127.0.0.2";

export default defineDemo({
  name: "net-address",
  title: "Where a server is to be found: address() and port 0",
  claims: {
    zero: {
      says: "A server that listens on port 0 has the port 0.",
      expect: "refuted",
      source: "ip(7), ip_local_port_range: the kernel chooses a free one",
    },
    local: {
      says: "A server that names no host serves this machine only.",
      expect: "refuted",
      source: "Node.js, server.listen: the unspecified address, :: or 0.0.0.0",
    },
    four: {
      says: "A connection has four numbers: two addresses and two ports.",
      expect: "holds",
      source: "tcp(7), Node.js: localAddress, localPort, remoteAddress, remotePort",
    },
  },
  predict: {
    question: "`createServer(…).listen(8080)` on a laptop in a café. Who can connect?",
    choices: ["Programs on the laptop", "Everybody in the café's network", "Nobody before a host is named"],
    answer: 1,
    because:
      "Without a host, net listens at every address that the machine has. listen(8080, '127.0.0.1') keeps it at home.",
  },
  processes: {
    /** Two servers, one at 127.0.0.1 and one that names no host; then calls on both. */
    async server({ log }) {
      const bound = createServer().listen(0, HERE);
      const open = createServer().listen(0);
      await Promise.all([once(bound, "listening"), once(open, "listening")]);
      const addresses = [bound, open].map((server) => server.address() as AddressInfo);
      for (const { address, port } of addresses)
        log.event("address()", { result: `${address} port ${port}` });
      for (const server of [bound, open]) server.on("connection", (socket) => socket.resume());

      const [here, anywhere] = addresses as [AddressInfo, AddressInfo];
      const reached = {
        bound: await knock(ALSO_HERE, here.port),
        open: await knock(ALSO_HERE, anywhere.port),
      };
      log.event("connect", { object: `${ALSO_HERE}, the first`, result: reached.bound });
      log.event("connect", { object: `${ALSO_HERE}, the second`, result: reached.open });

      const socket = connect(here.port, HERE);
      const [[peer]] = await Promise.all([once(bound, "connection"), once(socket, "connect")]);
      const ends = {
        client: [socket.localAddress, socket.localPort, socket.remoteAddress, socket.remotePort].join(" "),
        server: [peer.remoteAddress, peer.remotePort, peer.localAddress, peer.localPort].join(" "),
      };
      log.event("connect", { result: ends.client, note: "Local address and port, remote address and port." });
      socket.end();
      bound.close();
      open.close();
      return { port: here.port, address: anywhere.address, reached, ends };
    },
  },
  async run({ start, claim, step }) {
    step(`One server at ${HERE}, one that names no host. Who reaches them at ${ALSO_HERE}?`);
    const { port, address, reached, ends } = await start("server").result<{
      port: number;
      address: string;
      reached: { bound: string; open: string };
      ends: { client: string; server: string };
    }>();
    claim("zero", port === 0, `address() says port ${port}`);
    claim(
      "local",
      reached.open !== "connected",
      `it listens at ${address}, every address: ${ALSO_HERE} ${reached.open}; the one at ${HERE}: ${reached.bound}`,
    );
    const same = ends.client === ends.server && ends.client.split(" ").length === 4;
    claim("four", same, `client and server say the same: ${ends.client}`);
  },
});

/** `connected`, or the code of the error. */
async function knock(host: string, port: number): Promise<string> {
  const socket = connect(port, host);
  const outcome = await once(socket, "connect").then(() => "connected", codeOf);
  socket.destroy();
  return outcome;
}
