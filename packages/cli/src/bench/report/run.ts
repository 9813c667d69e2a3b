import { mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { report } from "@ipc-playground/bench-kit/run";
import type { Named } from "@ipc-playground/bench-report";
import { IpcError } from "@ipc-playground/contract";
import pc from "picocolors";
import { EXIT } from "../../exit.ts";
import { userPath } from "../../files.ts";
import { screen } from "../../terminal.ts";
import { assertNew, writeNew } from "../new-file.ts";
import { readResult } from "../saving.ts";

export interface ReportOptions {
  html?: string;
  svg?: string;
}

/**
 * Print the report of each file, or write what was asked for instead. Returns the exit status.
 *
 * @throws {IpcError} FILE_UNREADABLE, BAD_RESULT, BAD_USAGE: a file is none, or is named twice.
 * @throws {IpcError} FILE_EXISTS, FILE_UNWRITABLE: before anything is written.
 */
export async function reportFiles(paths: readonly string[], { html, svg }: ReportOptions): Promise<number> {
  const files = namesOf(paths).map((name, i) => ({ name, result: readResult(paths[i] as string) }));
  if (html === undefined && svg === undefined) {
    print(files);
    return EXIT.ok;
  }
  const page = html && userPath(html);
  if (page) assertNew(page);
  const { htmlPage, svgFiles } = await import("@ipc-playground/bench-report");
  const pictures = svg === undefined ? [] : svgFiles(files);
  const folder = svg === undefined ? undefined : userPath(svg);
  if (folder && pictures.length > 0) prepare(folder, pictures);
  if (page) {
    writeNew(page, htmlPage(files));
    console.log(`The page is ${html}: open it in a browser.`);
  }
  for (const { name, text } of pictures) writeNew(join(folder as string, name), text);
  if (folder) {
    const many = pictures.length === 1 ? "1 picture is" : `${pictures.length} pictures are`;
    console.log(pictures.length === 0 ? "There is nothing to draw in these results." : `${many} in ${svg}.`);
  }
  return EXIT.ok;
}

function print(files: readonly Named[]): void {
  const { width, color } = screen();
  const { bold, dim } = pc.createColors(color);
  const reports = files.map(({ name, result }) => {
    const text = report(result, { width, bold, dim });
    return files.length > 1 ? `${bold(name)}\n\n${text}` : text;
  });
  console.log(reports.join("\n\n\n"));
}

/** The names of files as short as they can be: with folders only where two would be called alike. */
function namesOf(paths: readonly string[]): string[] {
  const twice = paths.find((path, i) => paths.findIndex((other) => userPath(other) === userPath(path)) < i);
  if (twice !== undefined) {
    throw new IpcError("BAD_USAGE", `${twice} is named twice`, "name each file once");
  }
  const short = (path: string) => basename(path, ".json");
  const unique = new Set(paths.map(short)).size === paths.length;
  return unique ? paths.map(short) : [...paths];
}

/** @throws {IpcError} FILE_EXISTS, FILE_UNWRITABLE */
function prepare(folder: string, pictures: readonly { name: string }[]): void {
  try {
    // Not recursive: in /proc, where nothing can be made, Node would try for ever.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) mkdirSync(folder);
  } catch (cause) {
    throw new IpcError(
      "FILE_UNWRITABLE",
      `cannot make the folder ${folder}: ${(cause as Error).message}`,
      "name a folder that exists, or a new one in a folder that you may write to",
      { cause },
    );
  }
  for (const { name } of pictures) assertNew(join(folder, name));
}
