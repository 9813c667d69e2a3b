import { type AddressInfo, createServer, type Socket } from "node:net";

// A broadcast server with `node:net` and nothing else: what Node costs when nothing protects the server, nothing
// is kept and nothing is counted. All lines of one chunk leave in one write for each receiver.

const LINE_END = 0x0a;
const people = new Set<Socket>();

const server = createServer((socket) => {
  let nick: string | undefined;
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay();
  socket.on("error", () => {});
  socket.on("close", () => people.delete(socket));
  socket.on("data", (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LINE_END) + 1;
    rest = bytes.subarray(end);
    if (end === 0) return;
    const lines = bytes.toString("latin1", 0, end - 1).split("\n");
    if (nick === undefined) {
      nick = lines.shift() as string;
      people.add(socket);
      socket.write("* Welcome\n");
    }
    if (lines.length === 0) return;
    const said = Buffer.from(`<${nick}> ${lines.join(`\n<${nick}> `)}\n`, "latin1");
    for (const other of people) if (other !== socket) other.write(said);
  });
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
// The coordinator holds the other end: when it is gone, nobody needs a server.
process.stdin.on("end", () => process.exit(0)).resume();
