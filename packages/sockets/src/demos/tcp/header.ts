import { defineDemo } from "@ipc-playground/lab-kit";
import { layerLines, tcpHeaderPicture, tcpOptionLines } from "@ipc-playground/sockets";
import { Scene } from "./scene.ts";
import { accept, connected, recv, send } from "./telling.ts";

const MESSAGE = "hello";

export default defineDemo({
  name: "header",
  title: "Your own segments, field by field",
  claims: {
    layers: {
      says: "Each layer puts a header of its own in front of what it is given: link, IP, TCP, application.",
      expect: "holds",
      source: "RFC 1122, section 1.1.3",
    },
    twenty: {
      says: "The TCP header has 20 bytes.",
      expect: "refuted",
      source: "RFC 9293, section 3.1: 20 without options, up to 60 with them",
    },
    checksum: {
      says: "Every segment carries the checksum of its bytes.",
      expect: "refuted",
      source:
        "Linux, checksum offload: left to the network card, and lo has none (linux/skbuff.h, CHECKSUM_PARTIAL)",
    },
  },
  processes: {
    client({ number, log }) {
      const socket = connected(log, number("port"));
      send(log, socket, MESSAGE);
      recv(log, socket);
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      recv(log, socket);
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using scene = new Scene(log);
    step(`A client connects, and says "${MESSAGE}".`);
    const client = start("client", { args: { port: scene.port } });
    const server = start("server", { fds: { listener: scene.listener } });
    scene.cast(client, server);
    await client.result();
    await server.result();
    const isData = ({ name }: { name: string }) => name === `${MESSAGE.length} bytes`;
    await until(() => scene.refused !== undefined || scene.segments().some(isData), { what: "the data" });
    const [syn] = scene.segments();
    const data = scene.segments().find(isData);
    if (syn && data) {
      step("The first segment and its options. Each row is 32 bits; flags that are set show their letter.");
      log.event("SYN", {
        note: [tcpHeaderPicture(syn.packet.tcp), ...tcpOptionLines(syn.packet.tcp)].join("\n"),
      });
      step(`The segment with "${MESSAGE}", and the packet around it.`);
      log.event(data.name, {
        note: [tcpHeaderPicture(data.packet.tcp), ...layerLines(data.packet)].join("\n"),
      });
    }
    scene.judge("layers", { claim, unavailable }, () => {
      const { ip, tcp, payload } = data?.packet ?? { ip: undefined, tcp: undefined, payload: [] };
      const inside = Buffer.from(payload).toString();
      const sizes = [ip?.headerBytes ?? 0, tcp?.headerBytes ?? 0, payload.length];
      const sum = sizes.reduce((all, bytes) => all + bytes, 0);
      return [
        inside === MESSAGE && sum === ip?.totalBytes,
        `14 (link) + ${sizes.join(" + ")} bytes; the last ${payload.length} are "${inside}"`,
      ];
    });
    scene.judge("twenty", { claim, unavailable }, (segments) => {
      const sizes = [...new Set(segments.map(({ packet }) => packet.tcp.headerBytes))];
      return [
        sizes.every((bytes) => bytes === 20),
        `SYN has ${syn?.packet.tcp.headerBytes}, "${MESSAGE}" ${data?.packet.tcp.headerBytes}: options`,
      ];
    });
    scene.judge("checksum", { claim, unavailable }, (segments) => {
      const states = segments.map(({ packet }) => packet.checksum);
      const count = (state: string) => states.filter((one) => one === state).length;
      return [
        count("right") === states.length,
        `${count("right")} of ${states.length} right, ${count("unfinished")} hold the sum of the pseudo-header alone; IP's own are right in ${segments.filter(({ packet }) => packet.ip.checksumIsRight).length}`,
      ];
    });
  },
});
