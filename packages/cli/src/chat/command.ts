import { DEFAULT_PORT, LIMITS, type LimitName } from "@ipc-playground/chat";
import { Command } from "commander";
import { parseWholeNumber } from "../bench/values.ts";
import type { JoinOptions } from "./join.ts";
import type { ServeOptions } from "./serve.ts";

const MAX_PORT = 65_535;

/** `pnpm chat`. What a subcommand needs is loaded when it runs. */
export function chatCommand(): Command {
  const chat = new Command("pnpm chat").description(
    "A chat room over TCP: run a server, or join one; `nc HOST PORT` takes part as well.",
  );

  const serve = chat
    .command("serve")
    .description("run a server, with an operator's console where there is a terminal")
    .option(
      "--port <n>",
      `default: ${DEFAULT_PORT}; 0: the kernel finds a free one`,
      parseWholeNumber("--port", 0, MAX_PORT),
    )
    .option(
      "--host <address>",
      "where to listen; 0.0.0.0: every address of this machine (default: 127.0.0.1)",
    )
    .option("--name <name>", "what the server calls itself (default: chat)")
    .option(
      "--password-file <file>",
      "nobody comes in without the password that is in it; or set CHAT_PASSWORD",
    )
    .option("--tls-cert <file>", "a certificate (PEM): everything goes over TLS")
    .option("--tls-key <file>", "the key that belongs to it (PEM)")
    .option("--exempt <list>", "addresses or networks without a limit per address (default: loopback)")
    .option(
      "--metrics <port>",
      "figures for Prometheus, on loopback",
      parseWholeNumber("--metrics", 0, MAX_PORT),
    )
    .option(
      "--back-in <s>",
      "when it stops, people are told to come back in so many seconds",
      parseWholeNumber("--back-in", 0, 86_400),
    )
    .option(
      "--log <level>",
      "on stderr, as JSON Lines: info, warn, error; the text of messages never (default: warn)",
    )
    .action(async (raw: ServeOptions) => {
      const { serveCommand } = await import("./serve.ts");
      await serveCommand(raw);
    });
  for (const [name, { value, unit, says }] of Object.entries(LIMITS)) {
    const flag = flagOf(name as LimitName);
    serve.addOption(
      serve
        .createOption(`${flag} <n>`, `${says} (default: ${value} ${unit})`)
        .argParser(parseWholeNumber(flag, 1, Number.MAX_SAFE_INTEGER))
        .helpGroup("Limits:"),
    );
  }

  chat
    .command("join [server]")
    .description(`join the chat at HOST:PORT (default: 127.0.0.1:${DEFAULT_PORT})`)
    .option("--nick <name>", "who you are (default: your user name here)")
    .option("--room <list>", "rooms to go into (default: the one that everybody begins in)")
    .option("--tls", "over TLS")
    .option("--tls-ca <file>", "the certificate (PEM) that the server's is to be checked against")
    .option("--password-file <file>", "the server's password is in it; or set CHAT_PASSWORD")
    .option("--plain", "lines instead of a screen, as without a terminal: said on stdin, heard on stdout")
    .action(async (server: string | undefined, raw: JoinOptions) => {
      const { joinCommand } = await import("./join.ts");
      process.exitCode = await joinCommand(server, raw);
    });
  return chat;
}

/** `frameBytes` is `--frame-bytes`. */
export function flagOf(limit: LimitName): string {
  return `--${limit.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
