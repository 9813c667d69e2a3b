import { serveMetrics } from "../server/metrics.ts";
import { serveChat } from "../server/serve-chat.ts";

// The chat server as it is measured: with everything that it does for people, and limits that a load does not reach.

const MANY = 1e9;
const MIB = 1_048_576;

const server = await serveChat({
  // Counted as for strangers.
  exempt: [],
  limits: {
    commandBurst: MANY,
    commandsPerSecond: MANY,
    connections: 100_000,
    connectionsPerAddress: 100_000,
    arrivalsPerAddress: 1_000_000,
    hardQueueBytes: 16 * MIB,
  },
});
await serveMetrics(server, 0);
process.stdout.write(`${JSON.stringify({ port: server.address.port })}\n`);
// The coordinator holds the other end: when it is gone, nobody needs a server.
process.stdin.on("end", () => process.exit(0)).resume();
