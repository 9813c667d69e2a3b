import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { IpcError } from "@ipc-playground/contract";
import { EXIT } from "../../exit.ts";
import { userPath, writeFile } from "../../files.ts";
import { readResult } from "../saving.ts";
import { choosingPage, GENERATED } from "./page.ts";

const PAGE = fileURLToPath(new URL("../../../../../docs/choosing.md", import.meta.url));
const PICTURES = "choosing";

export interface ChoosingOptions {
  out?: string;
}

/**
 * Write the page again from a saved result. Returns the exit status.
 *
 * @throws {IpcError} FILE_UNREADABLE, BAD_RESULT
 * @throws {IpcError} FILE_EXISTS: what is there is no page of ours.
 * @throws {IpcError} FILE_UNWRITABLE
 */
export function writeChoosing(file: string, { out }: ChoosingOptions): number {
  const result = readResult(file);
  if (result.launches.length === 0) {
    throw new IpcError(
      "BAD_RESULT",
      `${file} has no figures`,
      "give the result of a run that measured something",
    );
  }
  const path = out === undefined ? PAGE : userPath(out);
  assertOurs(path);
  const page = choosingPage({ file: basename(file), result, pictures: picturesBeside(path) });
  writeFile(path, page);
  console.log(`Wrote ${path}.`);
  return EXIT.ok;
}

/** @throws {IpcError} FILE_EXISTS, FILE_UNREADABLE */
function assertOurs(path: string): void {
  if (!existsSync(path)) return;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const fact = `cannot read what is in the way, ${path}: ${(cause as Error).message}`;
    throw new IpcError("FILE_UNREADABLE", fact, "choose another name with --out", { cause });
  }
  if (text.startsWith(GENERATED)) return;
  throw new IpcError(
    "FILE_EXISTS",
    `${path} exists, and its first line does not say that this command made it`,
    "choose another name with --out, or remove it",
  );
}

/** Links to what `pnpm bench report --svg` drew, if it did. */
function picturesBeside(path: string): string[] {
  const folder = join(dirname(path), PICTURES);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".svg"));
  return names.sort().map((name) => `${PICTURES}/${name}`);
}
