import { readFileSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connectUnix, listenUnix, newAbstractName, unixPathText } from "@ipc-playground/sockets";
import { refusal } from "./messages-telling.ts";

export default defineDemo({
  name: "abstract",
  title: "Abstract names: an address that is no file",
  claims: {
    left: {
      says: "A server that is killed leaves its address behind.",
      expect: "refuted",
      source: "unix(7), abstract: the name goes with its last socket (a path stays: see stale-path)",
    },
    hidden: {
      says: "A socket that is not in the file system is to be seen nowhere.",
      expect: "refuted",
      source: "unix(7), /proc/net/unix: with @ for the NUL",
    },
    text: {
      says: "The name is the text after the NUL: trailing NULs do not matter.",
      expect: "refuted",
      source: "unix(7): every byte of the address counts, NULs included",
    },
  },
  predict: {
    question: "A server listens at an abstract name. kill -9. Can the next one take the name at once?",
    choices: ["Yes", "Only after the name was unlinked", "Only after a minute, as with TCP"],
    answer: 0,
    because:
      "There is no file to be left over. The name is a word in a table of the kernel, and goes with the socket.",
  },
  processes: {
    server({ text, log }) {
      using listener = listenUnix(text("name"));
      log.event("listen", { object: "abstract name" });
      listener.accept();
    },
  },
  async run({ start, until, claim, step, log }) {
    const name = newAbstractName();
    const seen = () => readFileSync("/proc/net/unix", "utf8").includes(unixPathText(name));
    step("A server listens at NUL and a name.");
    const server = start("server", { args: { name } });
    await server.said("listen");
    const [listed, taken] = [seen(), refusal(() => listenUnix(name))];
    log.event("look", { object: "/proc/net/unix", result: listed ? "@ipc-playground-…" : "nothing" });
    claim(
      "hidden",
      !listed,
      `/proc/net/unix ${listed ? "has" : "does not have"} it, as ${unixPathText(name).slice(0, 16)}…`,
    );
    const longer = refusal(() => connectUnix(`${name}\0`));
    log.event("connect", { object: "the name and a NUL", errno: longer });
    claim("text", longer === "nothing", `with one NUL more at its end the name is another one: ${longer}`);

    step("kill -9. Nothing is cleaned up by anybody.");
    server.kill("SIGKILL");
    await server.exited();
    await until(() => !seen(), { what: "the name to be gone" });
    const next = refusal(() => listenUnix(name).close());
    log.event("bind", { object: "abstract name", result: next === "nothing" ? "free again" : next });
    claim(
      "left",
      next !== "nothing",
      `while the server ran, another bind failed with ${taken}; after kill -9 ${next === "nothing" ? "it went well" : `with ${next}`}`,
    );
  },
});
