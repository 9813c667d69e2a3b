import { readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineDemo } from "@ipc-playground/lab-kit";
import { ftok } from "@ipc-playground/libc";
import { keyText } from "@ipc-playground/message-queues";

/** Where files are looked for that share a key, and how many are looked at. */
const PLACES = ["/usr/bin", "/usr/lib", "/usr/share", "/etc"];
const MOST_FILES = 20_000;

export default defineDemo({
  name: "ftok",
  title: "A key from a file, and what is wrong with it",
  claims: {
    samePath: {
      says: "The same path and the same project id always give the same key.",
      expect: "refuted",
      source: "ftok(3): made from the file's device and inode",
    },
    unique: {
      says: "Different files give different keys.",
      expect: "refuted",
      source: "ftok(3): the low 16 bits of the inode, the low 8 of the device",
    },
    projects: {
      says: "Every project id gives another key.",
      expect: "refuted",
      source: "ftok(3): the low 8 bits of it",
    },
  },
  predict: {
    question:
      "The server made its key with ftok from a configuration file. Somebody saves that file with an editor. Does a client that starts now find the queue?",
    choices: ["Yes: the path is the same", "No, most likely", "Only if it has the same user"],
    answer: 1,
    because:
      "Editors write a new file and rename it over the old one. The path is the same, the inode is another, and so is the key.",
  },
  processes: {
    /** Server and client do the same: ask for the key of the file that they agreed on. */
    asker({ text, log }) {
      const path = text("path");
      return Number(log.call("ftok", "server.conf, 'Q'", () => keyText(ftok(path, 0x51))));
    },
    /** Looks through files that are there anyway for two that share a key. */
    searcher({ log }) {
      return log.call("look for twins", PLACES.join(" "), () => {
        const byKey = new Map<number, string>();
        for (const path of files(PLACES, MOST_FILES)) {
          const { dev, ino } = statSync(path);
          const bits = ((dev & 0xff) << 16) | (ino & 0xffff);
          const twin = byKey.get(bits);
          if (twin !== undefined && statSync(twin).ino !== ino)
            return { kind: "found", pair: [twin, path], seen: byKey.size };
          byKey.set(bits, path);
        }
        return { kind: "none", pair: [], seen: byKey.size };
      });
    },
  },
  async run({ start, claim, unavailable, step, scratch, log }) {
    const searcher = start("searcher");
    const path = join(scratch(), "server.conf");
    writeFileSync(path, "first version");
    step("Server and client know the same file, and ask ftok(3) for its key.");
    const askers = ["server", "client"].map((as) => start("asker", { as, args: { path } }));
    const [server = 0, early = 0] = await Promise.all(askers.map((asker) => asker.result<number>()));

    step("The file is saved anew, as an editor does it. Then another client comes.");
    writeFileSync(`${path}.new`, "second version");
    renameSync(`${path}.new`, path);
    log.event("rename", { object: "server.conf", note: "The same path; another file." });
    const late = await start("asker", { as: "late client", args: { path } }).result<number>();
    claim(
      "samePath",
      server === late,
      `${keyText(server)} for the server, ${keyText(early)} for the client, ${keyText(late)} after the file was saved`,
    );

    const [one, other] = [ftok(path, 1), ftok(path, 257)];
    claim("projects", one !== other, `project 1 gives ${keyText(one)}, project 257 gives ${keyText(other)}`);

    const { pair, seen } = await searcher.result<{ pair: string[]; seen: number }>();
    const [left, right] = pair;
    if (left === undefined || right === undefined) {
      unavailable("unique", `no two of the ${seen} files that were looked at share a key here`);
    } else {
      const keys = [ftok(left, 0x51), ftok(right, 0x51)] as const;
      claim(
        "unique",
        keys[0] !== keys[1],
        `${left} and ${right}, both ${keyText(keys[0])}, after ${seen} files`,
      );
    }
  },
});

/** Plain files under some folders, breadth first. */
function* files(folders: readonly string[], most: number): Generator<string> {
  const open = [...folders];
  let seen = 0;
  for (let folder = open.shift(); folder !== undefined; folder = open.shift()) {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) {
        if (++seen > most) return;
        yield path;
      }
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
