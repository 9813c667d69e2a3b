import { spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JudgedClaim } from "@ipc-playground/contract";
import { testDemos } from "@ipc-playground/lab-kit/suites";
import { tcpDemos } from "@ipc-playground/sockets/tcp-demos";
import { expect, onTestFinished, test } from "vitest";

testDemos(tcpDemos);

const NOBODY = 65_534;
const RUN_ALL = `
  const { runDemo } = await import(${JSON.stringify(import.meta.resolve("@ipc-playground/lab-kit/runner"))});
  const { tcpDemos } = await import(${JSON.stringify(import.meta.resolve("@ipc-playground/sockets/tcp-demos"))});
  const runs = [];
  for (const module of Object.values(tcpDemos)) {
    const { claims, error } = await runDemo(module);
    runs.push({ claims, error: error?.message });
  }
  console.log(JSON.stringify(runs));
`;

test("without the right to watch packets every demo runs, and only what needs segments is unavailable", {
  timeout: 120_000,
}, ({ skip }) => {
  if (process.getuid?.() !== 0) return skip("needs root, to run as somebody without rights");
  const tmp = mkdtempSync(join(tmpdir(), "nobody-"));
  onTestFinished(() => rmSync(tmp, { recursive: true, force: true }));
  chownSync(tmp, NOBODY, NOBODY);
  const nobody = {
    uid: NOBODY,
    gid: NOBODY,
    cwd: tmp,
    env: { PATH: process.env.PATH, HOME: tmp, TMPDIR: tmp },
  };
  const reads = spawnSync(
    process.execPath,
    ["-e", `require("fs").readFileSync(${JSON.stringify(import.meta.filename)})`],
    nobody,
  );
  if (reads.status !== 0) return skip("nobody may not read this checkout, or not run this Node");
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", RUN_ALL], {
    ...nobody,
    encoding: "utf8",
  });
  expect(child.stderr).toBe("");
  const runs = JSON.parse(child.stdout) as { claims: JudgedClaim[]; error?: string }[];
  expect(runs.flatMap(({ error }) => error ?? [])).toEqual([]);
  const claims = runs.flatMap((run) => run.claims);
  const unavailable = claims.filter(({ verdict }) => verdict === "unavailable");
  expect(claims.filter((claim) => claim.verdict !== claim.expect && !unavailable.includes(claim))).toEqual(
    [],
  );
  for (const { evidence } of unavailable) expect(evidence).toMatch(/CAP_NET_RAW.*unshare -Urn/);
  expect(unavailable.map(({ demo, name }) => `${demo}/${name}`)).toEqual([
    "handshake/three",
    "handshake/takesOne",
    "handshake/fromZero",
    "header/layers",
    "header/twenty",
    "header/checksum",
    "why-three/opens",
    "why-three/names",
    "data-ack/plusOne",
    "refused/answers",
    "closing/always",
    "closing/slow",
    "reset/reset",
    "linger/segment",
    "zero-window/window",
    "keep-alive/probe",
  ]);
});
