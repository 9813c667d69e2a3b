import { randomInt } from "node:crypto";
import { defineDemo } from "@ipc-playground/lab-kit";
import { openUdp, UdpSocket } from "@ipc-playground/sockets";
import { receiveText, refusal, sendText } from "./messages-telling.ts";

const LOOPBACK = "127.0.0.1";

export default defineDemo({
  name: "multicast",
  title: "One send, every member of a group",
  claims: {
    members: {
      says: "A datagram to a group reaches every socket that joined it, with one send.",
      expect: "holds",
      source: "ip(7), IP_ADD_MEMBERSHIP",
    },
    joined: {
      says: "A socket gets the messages only of groups that it joined itself.",
      expect: "refuted",
      source: "ip(7), IP_MULTICAST_ALL: on Linux, of all groups that anybody on the machine joined",
    },
    member: {
      says: "Only members may send to a group.",
      expect: "refuted",
      source: "ip(7), RFC 1112: joining is for receiving",
    },
    bound: {
      says: "Bound to the group's own address, a socket gets what is sent to that group and nothing else.",
      expect: "holds",
      source: "ip(7), bind(2): the destination is compared",
    },
  },
  predict: {
    question:
      "On Linux two programs are bound to one port of 0.0.0.0. One joins a group, the other does not. Who gets what is sent to the group?",
    choices: ["The one that joined", "Both", "Neither: nobody bound the group's address"],
    answer: 1,
    because:
      "Joining tells the machine to listen. Unless IP_MULTICAST_ALL is 0, each socket of the port then gets a copy.",
  },
  processes: {
    listener({ fd, log }) {
      using socket = new UdpSocket(fd("socket"));
      return receiveText(log, "UDP", () => socket.receive());
    },
  },
  async run({ start, claim, unavailable, step, log }) {
    // 239.255/16 is for anybody's own use and does not leave the site. RFC 2365
    const group = `239.255.${randomInt(256)}.${randomInt(1, 255)}`;
    const member = openUdp({ address: "0.0.0.0", shared: true });
    const { port } = member.address;
    const open = (address = "0.0.0.0") => openUdp({ address, port, shared: true });
    const [second, stranger, bound] = [open(), open(), open(group)];
    const sockets = { "member 1": member, "member 2": second, stranger, bound };
    using sender = openUdp();
    step(
      `Two members of ${group} on loopback; a stranger, at the same port, who did not join; and one bound to the group's address.`,
    );
    const refused = refusal(() => {
      for (const one of [member, second, bound]) one.joinGroup(group, LOOPBACK);
      sender.sendGroupsThrough(LOOPBACK);
    });
    if (refused !== "nothing") {
      for (const name of ["members", "joined", "member", "bound"] as const) {
        unavailable(
          name,
          `this machine's loopback takes no part in multicast (${refused}); \`ip link set lo multicast on\`, as root`,
        );
      }
      return;
    }
    const listeners = Object.entries(sockets).map(([as, socket]) =>
      start("listener", { as, fds: { socket } }),
    );
    for (const listener of listeners) await listener.asleep({ in: "recv" });
    const to = { address: group, port };
    sendText(log, "UDP", "to the group", (bytes) => sender.send(bytes, { to }));
    const came = async (i: number) => (await listeners[i]?.result<string>()) === "to the group";
    const [one, two, other, only] = [await came(0), await came(1), await came(2), await came(3)];
    claim(
      "members",
      one && two,
      `one send; member 1 got ${one ? "it" : "nothing"}, member 2 ${two ? "it" : "nothing"}`,
    );
    claim(
      "joined",
      !other,
      `the stranger at the port joined no group, and got ${other ? "it, too" : "nothing"}`,
    );
    claim("member", !one, `the sender joined nothing; its datagram ${one ? "arrived" : "did not arrive"}`);

    step("And a datagram for this port that is not for the group.");
    const here = { address: LOOPBACK, port };
    sendText(log, "UDP", "not for the group", (bytes) => sender.send(bytes, { to: here }));
    const others = { "member 1": member, "member 2": second, stranger };
    const plain = Object.entries(others).filter(([, one]) => one.receive({ withinMs: 0 }).kind === "message");
    const own = bound.receive({ withinMs: 0 }).kind;
    log.event("recv", {
      object: "UDP",
      result: `${plain.map(([name]) => name).join(", ")} got it; bound: ${own}`,
      note: "To one address goes one copy: to the socket of that port which was bound last.",
    });
    claim(
      "bound",
      only && own !== "message" && plain.length > 0,
      `sent to ${LOOPBACK}: ${plain.length} of the other three got it, the one bound to the group: ${own}`,
    );
    for (const socket of Object.values(sockets)) socket.close();
  },
});
