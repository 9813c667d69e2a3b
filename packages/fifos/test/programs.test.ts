import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openWriteEndWithin } from "@ipc-playground/fifos";
import { expect, onTestFinished, test } from "vitest";
import { encodeRequest } from "../dist/tickets.js";
import { ownFolder } from "./own-fifo.ts";

const program = (name: string) => fileURLToPath(new URL(`../dist/programs/${name}.js`, import.meta.url));

async function openOffice() {
  const path = join(ownFolder(), "tickets");
  const office = spawn(process.execPath, [program("ticket-office"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    office.kill("SIGKILL");
  });
  await once(office.stdout, "data");
  return { path, office };
}

function draw(path: string, tickets: number) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [program("ticket-client"), path, `${tickets}`],
    {
      encoding: "utf8",
    },
  );
  return { printed: stdout.trim(), said: stderr.trim(), status };
}

test("the office and its clients, as two shells would start them; Ctrl-C leaves no file", async () => {
  const { path, office } = await openOffice();
  expect(draw(path, 3).printed).toBe("1");
  expect(draw(path, 2).printed).toBe("4");
  const exit = once(office, "exit");
  office.kill("SIGINT");
  expect(await exit).toEqual([0, null]);
  expect(readdirSync(join(path, ".."))).toEqual([]);
});

test("a client that asks and goes away does not stop the others", async () => {
  const { path } = await openOffice();
  using requests = await openWriteEndWithin(path, 10_000);
  requests.write(encodeRequest({ client: 999_999_999, tickets: 10 }));
  expect(draw(path, 1).printed).toBe("11");
});

test("without an office a client says so, and leaves nothing", () => {
  const path = join(ownFolder(), "tickets");
  expect(draw(path, 1)).toMatchObject({ status: 1, said: expect.stringContaining(`mkfifo ${path}`) });
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(join(path, ".."))).toEqual([]);
});
