import { spawnSync } from "node:child_process";
import { chownSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { expectNothingLeft, ownTmp } from "./command.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const NOBODY = 65_534;

test("where the user may not watch packets, the lab runs in a network of its own, and sees them", ({
  skip,
}) => {
  if (process.getuid?.() !== 0) return skip("needs root, to run as somebody without rights");
  const tmp = ownTmp();
  chownSync(tmp, NOBODY, NOBODY);
  const nobody = {
    uid: NOBODY,
    gid: NOBODY,
    cwd: tmp,
    env: { PATH: process.env.PATH, HOME: tmp, TMPDIR: tmp },
  };
  const namespaces = spawnSync("unshare", ["-Urn", process.execPath, "--check", MAIN], nobody);
  if (namespaces.status !== 0)
    return skip("user namespaces are not allowed, or nobody may not read this checkout");
  const lab = spawnSync(process.execPath, [MAIN, "lab", "tcp", "handshake", "--json"], {
    ...nobody,
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(lab.stderr).toBe(
    "This user may not watch packets: the lab runs in a network of its own (unshare -Urn).\n",
  );
  expect(lab.status).toBe(0);
  const lines = lab.stdout.trimEnd().split("\n");
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told.at(-1)).toMatchObject({
    type: "summary",
    lab: "tcp",
    claims: { unavailable: 0, unexpected: 0 },
  });
  expect(told.filter(({ op }) => op === "SYN+ACK").map(({ process }) => process)).toEqual([
    "server",
    "client",
  ]);
  expectNothingLeft(tmp);
});
