import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { framed } from "@ipc-playground/framing/node";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connect, OutgoingFile, receiveFile, sendFile, serve, transferCodec } from "@ipc-playground/sockets";
import { HERE, portOf } from "./net-telling.ts";

const FILE_BYTES = 1_000_000;
const PIECE_BYTES = 50_000;

export default defineDemo({
  name: "resume",
  title: "A transfer that is cut, and goes on where it was",
  claims: {
    half: {
      says: "A file that is being received can be seen, half of it, under its name.",
      expect: "refuted",
      source: "link(2): the name is given when the file is whole; rename(2) has the same use",
    },
    again: {
      says: "After the sender was killed, everything has to be sent again.",
      expect: "refuted",
      source: "RFC 9110, 14: range requests have the same idea",
    },
    intact: {
      says: "What comes out of two halves is the file.",
      expect: "holds",
      source: "FIPS 180-4: SHA-256 over all of it, before it has its name",
    },
  },
  predict: {
    question:
      "A sender is killed after six tenths of a file. Another one starts, with the same file. How does it know where to go on?",
    choices: ["It kept a note on its own disk", "The receiver tells it", "It cannot: it begins anew"],
    answer: 1,
    because:
      "Only the receiver knows what has arrived; what the sender wrote may never have left its machine. The half file's name is made of the whole file's SHA-256, so it is found again and belongs to nothing else.",
  },
  processes: {
    /** Receives until a file is whole. */
    async receiver({ text, log }) {
      let finish: (from: number) => void = () => {};
      const finished = new Promise<number>((resolve) => {
        finish = resolve;
      });
      const server = await serve(async ({ socket }) => {
        try {
          // A demo does not wait for a disk.
          const { resumedFrom } = await receiveFile(socket, text("folder"), { durable: false });
          finish(resumedFrom);
        } catch {
          log.event("cut", { note: "What came stays, under a hidden name." });
        }
      });
      const from = await finished;
      await server.close();
      return from;
    },
    /** Sends six tenths, and then nothing, until it is killed. */
    async doomed({ number, text, log }) {
      const file = await OutgoingFile.open(text("path"));
      const wire = framed(await connect({ host: HERE, port: number("port") }), transferCodec);
      wire.resume();
      wire.write(file.offer);
      const bytes = readFileSync(text("path"));
      for (let at = 0; at < number("bytes"); at += PIECE_BYTES)
        wire.write(bytes.subarray(at, at + PIECE_BYTES));
      log.event("write", { bytes: number("bytes") });
      await new Promise((resolve) => wire.once("close", resolve));
    },
    async sender({ number, text, log }) {
      const file = await OutgoingFile.open(text("path"));
      const socket = await connect({ host: HERE, port: number("port") });
      const { resumedFrom } = await sendFile(socket, file);
      await file.handle.close();
      log.event("write", { bytes: file.offer.size - resumedFrom, result: `from byte ${resumedFrom} on` });
      return resumedFrom;
    },
  },
  async run({ start, claim, step, scratch, until }) {
    const folder = join(scratch(), "in");
    mkdirSync(folder);
    const path = join(scratch(), "film.mp4");
    const content = randomBytes(FILE_BYTES);
    writeFileSync(path, content);
    const arrived = join(folder, "film.mp4");
    const bytes = FILE_BYTES * 0.6;
    step(`A sender sends ${bytes} of ${FILE_BYTES} bytes, and is killed.`);
    const receiver = start("receiver", { args: { folder } });
    const port = await until(() => portOf(receiver), { what: "the receiver to listen" });
    const doomed = start("doomed", { args: { path, port, bytes } });
    const size = () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    await until(() => size() === bytes, { what: "what was sent to be written" });
    const [hidden] = readdirSync(folder);
    claim("half", existsSync(arrived), `${size()} bytes were in the folder, under ${hidden?.slice(0, 20)}…`);
    doomed.kill("SIGKILL");
    await receiver.said("cut");
    step("Another sender has the same file.");
    const from = await start("sender", { args: { path, port } }).result<number>();
    await receiver.result();
    claim("again", from === 0, `the receiver asked for what follows byte ${from} of ${FILE_BYTES}`);
    claim(
      "intact",
      readFileSync(arrived).equals(content),
      `${statSync(arrived).size} bytes, all as they were`,
    );
  },
});
