import { existsSync, unlinkSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connectUnix, listenUnix, pathState, UnixSocket } from "@ipc-playground/sockets";
import { receiveText, refusal, sendText } from "./messages-telling.ts";

export default defineDemo({
  name: "stale-path",
  title: "The path that a dead server left, and its cure",
  claims: {
    free: {
      says: "When a server dies, its address is free again.",
      expect: "refuted",
      source: "unix(7): a path stays until somebody unlinks it",
    },
    there: {
      says: "A socket's path is there, so a server is there.",
      expect: "refuted",
      source: "connect(2): ECONNREFUSED",
    },
    unlink: {
      says: "The cure is to unlink the path before bind().",
      expect: "refuted",
      source: "unix(7), unlink(2): it takes a living server's path away just as well",
    },
    probe: {
      says: "Whether a path is dead can be found out before it is removed.",
      expect: "holds",
      source: "connect(2): EPROTOTYPE or success against ECONNREFUSED",
    },
  },
  predict: {
    question:
      "Two copies of a server are started. Each unlinks the path, then binds it. What happens to the first?",
    choices: [
      "The second one fails with EADDRINUSE",
      "It runs on, and nobody reaches it ever again",
      "The kernel ends it",
    ],
    answer: 1,
    because: "Its socket lives, but no path leads there any more: the path is now another socket's.",
  },
  processes: {
    server({ text, log }) {
      const path = text("path");
      if (text("manner") === "careless" && existsSync(path)) unlinkSync(path);
      const options = { replaceStale: text("manner") === "careful" };
      using listener = log.call("bind", "path", () => listenUnix(path, options));
      log.event("listen", { object: "path" });
      for (;;) {
        const peer = listener.accept();
        if (!(peer instanceof UnixSocket)) throw new Error(peer.kind);
        sendText(log, "path", text("name"), (bytes) => peer.send(bytes));
        peer.close();
      }
    },
  },
  async run({ start, scratch, claim, step, log }) {
    const path = `${scratch()}/socket`;
    const serve = async (as: string, manner: string) => {
      const server = start("server", { as, args: { path, name: as, manner } });
      await server.said("listen");
      return server;
    };
    /** Whom a client reaches. */
    const reach = () => {
      using client = connectUnix(path);
      return receiveText(log, "path", () => client.receive({ withinMs: 10_000 }));
    };
    const died = async (server: Awaited<ReturnType<typeof serve>>) => {
      server.kill("SIGKILL");
      await server.exited();
    };

    step("A server is killed. Its path stays.");
    await died(await serve("first", "careful"));
    const [bind, connect] = [refusal(() => listenUnix(path)), refusal(() => connectUnix(path))];
    claim("free", bind === "nothing", `the next bind: ${bind}`);
    claim(
      "there",
      connect === "nothing",
      `${path.split("/").pop()} is there: ${existsSync(path)}; connect: ${connect}`,
    );

    step("The careless cure: unlink, then bind. Started twice.");
    const old = await serve("second", "careless");
    const young = await serve("third", "careless");
    const reached = reach();
    claim(
      "unlink",
      reached === "second",
      `second still runs: ${old.running}; a client now reaches ${reached}, always`,
    );
    await died(old);

    step("The careful cure: ask whether the path is dead, and remove it only then.");
    const alive = [pathState(path), refusal(() => listenUnix(path, { replaceStale: true })), reach()];
    await died(young);
    const dead = pathState(path);
    const heir = await serve("fourth", "careful");
    const after = reach();
    claim(
      "probe",
      alive.join() === "live,EADDRINUSE,third" && dead === "stale" && after === "fourth",
      `third running: "${alive[0]}", ${alive[1]}, and it is reached still; killed: "${dead}", and ${after} serves there`,
    );
    await died(heir);
  },
});
