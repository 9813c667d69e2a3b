import {
  accept,
  bindSocket,
  close,
  connectSocket,
  listen,
  realtimeAhead,
  send,
  socket,
  socketName,
} from "@ipc-playground/libc";
import {
  buildSegment,
  decodeIpv4Header,
  decodePacket,
  decodeTcpHeader,
  decodeTcpOptions,
  internetChecksum,
  layerLines,
  type Packet,
  PacketWatch,
  type Segment,
  segmentEvents,
  segmentNumbers,
  segmentsOf,
  sequenceDistance,
  tcpHeaderPicture,
  tcpOptionLines,
} from "@ipc-playground/sockets";
import { expect, test, vi } from "vitest";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ""), "hex"));

const LINK = "000000000000 000000000000 0800";
/** A connect() to port 1 of a loopback interface, and the answer. */
const SYN = bytes(`${LINK}
  45 00 003c cb11 4000 40 06 71a8 7f000001 7f000001
  cff4 0001 893e08f5 00000000 a0 02 ffd7 fe30 0000
  0204ffd7 0402 080ad8092a0700000000 01 03030a`);
const RST = bytes(`${LINK}
  45 00 0028 0000 4000 40 06 3cce 7f000001 7f000001
  0001 cff4 00000000 893e08f6 50 14 0000 4fa4 0000`);

function packet(frame: Uint8Array): Packet {
  const decoded = decodePacket(frame);
  if (decoded === null) throw new Error("no packet");
  return decoded;
}

test("a SYN is decoded through its layers, field by field", () => {
  expect(packet(SYN)).toEqual({
    link: { destination: "00:00:00:00:00:00", source: "00:00:00:00:00:00", etherType: 0x0800 },
    ip: {
      headerBytes: 20,
      typeOfService: 0,
      totalBytes: 60,
      identification: 0xcb11,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      timeToLive: 64,
      protocol: 6,
      checksum: 0x71a8,
      checksumIsRight: true,
      source: "127.0.0.1",
      destination: "127.0.0.1",
    },
    tcp: {
      sourcePort: 53_236,
      destinationPort: 1,
      sequence: 0x893e08f5,
      acknowledgement: 0,
      headerBytes: 40,
      reserved: 0,
      flags: ["SYN"],
      window: 65_495,
      checksum: 0xfe30,
      urgentPointer: 0,
      options: [
        { kind: "mss", bytes: 65_495 },
        { kind: "sack-permitted" },
        { kind: "timestamps", value: 0xd8092a07, echo: 0 },
        { kind: "no-operation" },
        { kind: "window-scale", shift: 10 },
      ],
    },
    checksum: "unfinished",
    payloadBytes: 0,
    payload: new Uint8Array(),
  });
});

test("a checksum is right, unfinished, wrong, or not to be told", () => {
  expect(packet(RST).checksum).toBe("right");
  expect(packet(SYN).checksum).toBe("unfinished");
  const damaged = RST.slice();
  damaged[40] = 0x01;
  expect(packet(damaged).checksum).toBe("wrong");
  const data = bytes(`${LINK} 4500002a 00004000 40060000 7f000001 7f000001
    0001cff4 00000000 893e08f6 50180000 12340000 6869`);
  expect(packet(data).checksum).toBe("wrong");
  expect(packet(data.subarray(0, -1))).toMatchObject({ checksum: "unknown", payloadBytes: 2 });
  expect(packet(data.subarray(0, -1)).payload).toEqual(bytes("68"));
});

test("the checksum of the example in RFC 1071 is that of the RFC, also with an odd byte", () => {
  expect(internetChecksum(bytes("0001f203f4f5f6f7"))).toBe(~0xddf2 & 0xffff);
  expect(internetChecksum(bytes("ff"))).toBe(0x00ff);
});

test("a segment that is built is decoded to the same, with a right checksum", () => {
  const ends = { source: "127.0.0.1", destination: "127.0.0.1", sourcePort: 1, destinationPort: 0xcff4 };
  const built = buildSegment({
    ...ends,
    sequence: 0,
    acknowledgement: 0x893e08f6,
    flags: ["RST", "ACK"],
    window: 0,
  });
  expect(built).toEqual(RST.subarray(34));
});

test("options: all that RFC 9293, 7323 and 2018 name, and any bytes come to an end", () => {
  expect(decodeTcpOptions(bytes("0101 080a 00000001 00000002 050a 0000000a 00000014 00 ff"))).toEqual([
    { kind: "no-operation" },
    { kind: "no-operation" },
    { kind: "timestamps", value: 1, echo: 2 },
    { kind: "sack", blocks: [[10, 20]] },
    { kind: "end" },
  ]);
  for (const [hex, number] of [
    ["0200", 2],
    ["0201", 2],
    ["02", 2],
    ["0204ff", 2],
    ["0303", 3],
  ] as const) {
    expect(decodeTcpOptions(bytes(hex)).at(-1)).toMatchObject({ kind: "unknown", number });
  }
  expect(decodeTcpOptions(bytes("fd03aa"))).toEqual([{ kind: "unknown", number: 0xfd, bytes: bytes("aa") }]);
});

test("a frame cut anywhere is no packet, or one with what is there; no byte makes the decoder throw", () => {
  for (let length = 0; length <= SYN.length; length++) {
    expect(decodePacket(SYN.subarray(0, length)) === null).toBe(length < SYN.length);
  }
  for (let at = 0; at < SYN.length; at++) {
    for (const value of [0x00, 0x0f, 0x40, 0xff]) decodePacket(SYN.with(at, value));
  }
  expect(decodeIpv4Header(SYN.subarray(14).with(0, 0x44))).toBeNull();
  expect(decodeTcpHeader(SYN.subarray(34).with(12, 0x40))).toBeNull();
});

test("a fragment has no TCP header of its own", () => {
  expect(decodePacket(SYN.with(20, 0x20))).toBeNull();
  expect(decodePacket(SYN.with(21, 0x01))).toBeNull();
});

test("the picture has the values in it, 65 columns wide", () => {
  const picture = tcpHeaderPicture(packet(SYN).tcp);
  expect(picture).toBe(`\
0       4       8              16                             31
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|       source port 53236       |      destination port 1       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                  sequence number 2302544117                   |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                   acknowledgement number 0                    |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|off. 10| 0000  |· · · · · · S ·|         window 65495          |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|        checksum 0xfe30        |           urgent 0            |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+`);
  expect(tcpOptionLines(packet(SYN).tcp)).toEqual([
    "option      mss 65495",
    "option      SACK permitted",
    "option      timestamps 3624479239, echo 0",
    "option      window scale 10 (× 1024)",
  ]);
  expect(layerLines(packet(RST)).join("\n")).toBe(`\
link        14 B  00:00:00:00:00:00 to 00:00:00:00:00:00, IPv4
IP          20 B  127.0.0.1 to 127.0.0.1, protocol 6, 40 B in all
TCP         20 B  RST+ACK, checksum right
application nothing`);
});

test("numbers count from each side's SYN, and past the end of 32 bits", () => {
  expect(sequenceDistance(0xffff_fffe, 1)).toBe(3);
  expect(sequenceDistance(5, 4)).toBe(-1);
  const segments = segmentsOf([SYN, RST].map((frame, i) => ({ packet: packet(frame), t: i })));
  expect(segments.map((segment) => [segment.name, segmentNumbers(segment)])).toEqual([
    ["SYN", "seq 0 = 2,302,544,117"],
    ["RST+ACK", "seq 0, ack 1"],
  ]);
});

test("a capture that begins in the middle counts from its first numbers", () => {
  const data = packet(
    bytes(`${LINK} 4500002a 00004000 40060000 7f000001 7f000001
      0001cff4 00000007 893e08f6 50180000 12340000 6869`),
  );
  const [segment] = segmentsOf([{ packet: data, t: 0 }]);
  expect(segment).toMatchObject({ name: "2 bytes", relativeSequence: 1, relativeAcknowledgement: 1 });
});

test("a segment is two events with one flow: it leaves in one lane and arrives in the other", () => {
  const segments = segmentsOf([{ packet: packet(SYN), t: 10, arrived: 12 }]);
  const lane = (port: number) => (port === 1 ? { name: "server", pid: 2 } : { name: "client", pid: 1 });
  const told = { op: "SYN", result: "seq 0 = 2,302,544,117", flow: ["segment 53236 1 #1"] };
  expect(segmentEvents(segments, lane)).toEqual([
    { t: 10, pid: 1, process: "client", ...told },
    { t: 12, pid: 2, process: "server", ...told },
  ]);
});

function watching(port: number): PacketWatch | null {
  try {
    return new PacketWatch(port);
  } catch {
    return null;
  }
}

test("one's own connection is seen, each segment once, with times from before and after connect()", async ({
  skip,
}) => {
  const listener = socket("inet", "stream");
  bindSocket(listener, { family: "inet", address: "127.0.0.1", port: 0 });
  listen(listener, 1);
  const at = socketName(listener);
  if (at === null || typeof at === "number" || at.family !== "inet") throw new Error("no address");
  using watch = watching(at.port);
  if (watch === null) return skip("needs CAP_NET_RAW");
  const client = socket("inet", "stream");
  const aheadBefore = realtimeAhead();
  const before = Number(process.hrtime.bigint());
  connectSocket(client, at);
  const after = Number(process.hrtime.bigint());
  const server = accept(listener);
  send(client, Buffer.from("hello"));
  let segments: Segment[] = [];
  await vi.waitFor(() => {
    segments = segmentsOf(watch.captured());
    expect(segments.map(({ name }) => name)).toEqual(["SYN", "SYN+ACK", "ACK", "5 bytes", "ACK"]);
  });
  // The clock of packets is set against that of processes to within a few microseconds, unless the date was set meanwhile.
  const step = Math.abs(Number(realtimeAhead() - aheadBefore)) + 1e6;
  expect(segments[0]?.t).toBeGreaterThan(before - step);
  expect(segments[0]?.t).toBeLessThan(after + step);
  expect(segments.every(({ t, arrived }) => arrived !== undefined && arrived >= t)).toBe(true);
  expect(Buffer.from(segments[3]?.packet.payload ?? []).toString()).toBe("hello");
  for (const fd of [client, server, listener]) close(fd);
});
