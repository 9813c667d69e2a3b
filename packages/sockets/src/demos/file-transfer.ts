import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { framed } from "@ipc-playground/framing/node";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connect, OutgoingFile, receiveFile, sendFile, serve, transferCodec } from "@ipc-playground/sockets";
import { codeOf, HERE, portOf } from "./net-telling.ts";

const FILE_BYTES = 400_000;

export default defineDemo({
  name: "file-transfer",
  title: "A file from a stranger: its name, its size, its bytes",
  claims: {
    name: {
      says: "A receiver can store a file under the name that the sender gives it.",
      expect: "refuted",
      source: "CWE-22: path traversal",
    },
    size: {
      says: "A file that has the announced size is the announced file.",
      expect: "refuted",
      source: "RFC 1071: TCP's checksum has 16 bits and ends at the kernel; FIPS 180-4",
    },
    nothing: {
      says: "What was refused leaves nothing behind.",
      expect: "holds",
      source: "packages/sockets, receiveFile",
    },
  },
  predict: {
    question:
      'A sender calls its file "../.bashrc". The receiver writes into the folder "in". Where would the file go?',
    choices: ["in/.bashrc", "in/..%2F.bashrc", "Beside the folder: over the receiver's own settings"],
    answer: 2,
    because:
      "join(folder, name) is a path like any other, and .. leads up. Names from a stranger are checked, not cleaned: what is not one plain name is refused.",
  },
  processes: {
    /** Receives so many files, or refuses them. */
    async receiver({ number, text, log }) {
      const outcomes: string[] = [];
      let finish: () => void = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const server = await serve(async ({ socket }) => {
        // A demo does not wait for a disk.
        const outcome = await receiveFile(socket, text("folder"), { durable: false }).then(
          ({ offer }) => offer.name,
          codeOf,
        );
        log.event("received", { result: outcome });
        if (outcomes.push(outcome) === number("files")) finish();
      });
      await finished;
      await server.close();
      return outcomes;
    },
    async sender({ number, text, log }) {
      const file = await OutgoingFile.open(text("path"), { name: text("name") });
      const socket = await connect({ host: HERE, port: number("port") });
      log.event("offer", { result: JSON.stringify(text("name")), bytes: file.offer.size });
      const outcome = await sendFile(socket, file).then(() => "arrived", codeOf);
      await file.handle.close();
      log.event("answer", { result: outcome });
      return outcome;
    },
    /** Announces one file, and sends another of the same size. */
    async liar({ number, text, log }) {
      const file = await OutgoingFile.open(text("path"), { name: "forged.pdf" });
      await file.handle.close();
      const wire = framed(await connect({ host: HERE, port: number("port") }), transferCodec);
      wire.write(file.offer);
      for (let left = file.offer.size; left > 0; left -= 50_000)
        wire.write(Buffer.alloc(Math.min(left, 50_000)));
      wire.write({ type: "end" });
      let last: Record<string, unknown> = {};
      for await (const message of wire) last = message as Record<string, unknown>;
      log.event("answer", { result: String(last.code ?? last.type) });
      return last.code ?? last.type;
    },
  },
  async run({ start, claim, step, scratch, until }) {
    const folder = join(scratch(), "in");
    mkdirSync(folder);
    const path = join(scratch(), "report.pdf");
    writeFileSync(path, randomBytes(FILE_BYTES));
    step(`A file of ${FILE_BYTES} bytes, with name, size, type and SHA-256 in front.`);
    const receiver = start("receiver", { args: { folder, files: 3 } });
    const port = await until(() => portOf(receiver), { what: "the receiver to listen" });
    await start("sender", { as: "sender", args: { path, port, name: "report.pdf" } }).result();
    step("The same file, and a name that leads out of the folder.");
    const climbed = await start("sender", {
      as: "climber",
      args: { path, port, name: "../escaped.pdf" },
    }).result<string>();
    const escaped = existsSync(join(folder, "../escaped.pdf"));
    claim(
      "name",
      climbed === "arrived" || escaped,
      `"../escaped.pdf": ${climbed}; ${escaped ? "it is" : "nothing is"} beside the folder`,
    );
    step("Another one of the right size, and with other bytes than announced.");
    const lie = await start("liar", { args: { path, port } }).result<string>();
    const outcomes = await receiver.result<string[]>();
    claim("size", lie === "done", `${FILE_BYTES} bytes were announced and came: ${lie}`);
    claim(
      "nothing",
      readdirSync(folder).join() === "report.pdf",
      `${outcomes.join(", ")}; in the folder: ${readdirSync(folder).join(", ")}`,
    );
  },
});
