import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type BenchResult, hgrmFiles, loadResult } from "@ipc-playground/bench-kit/run";
import { IpcError } from "@ipc-playground/contract";
import { replaceFile, userPath } from "../files.ts";
import { assertNew, writeNew } from "./new-file.ts";

/** Read a result that a user names. @throws {IpcError} FILE_UNREADABLE, BAD_RESULT */
export function readResult(file: string): BenchResult {
  let text: string;
  try {
    text = readFileSync(userPath(file), "utf8");
  } catch (cause) {
    throw new IpcError(
      "FILE_UNREADABLE",
      `cannot read ${file}: ${(cause as Error).message}`,
      "give a file that pnpm bench --json FILE saved",
      { cause },
    );
  }
  return loadResult(text, file);
}

export interface SavingOptions {
  json?: string | undefined;
  hgrm?: string | undefined;
  /** The interrupted result that this run completes, and is saved in again. */
  continued?: string | undefined;
}

/**
 * Where a run's results go. A file of somebody else is never overwritten; the one that is continued
 * gets more in it and loses nothing, even if the disk is full.
 */
export class Saving {
  readonly #json: string | undefined;
  readonly #hgrm: string | undefined;
  /** The file holds what this run, or the one that it continues, saved. */
  #isOurs: boolean;

  /** @throws {IpcError} FILE_EXISTS, FILE_UNWRITABLE: found out before anything is measured. */
  constructor({ json, hgrm, continued }: SavingOptions) {
    this.#isOurs = continued !== undefined;
    const file = continued ?? json;
    this.#json = file && userPath(file);
    this.#hgrm = hgrm && userPath(hgrm);
    if (this.#json !== undefined && !this.#isOurs) assertNew(this.#json);
    if (this.#hgrm !== undefined) assertNew(this.#hgrm);
  }

  /** Keep what there is so far, where a file was named. Failing here is no reason to stop measuring. */
  keep(soFar: BenchResult): void {
    if (this.#json === undefined) return;
    try {
      this.#write(this.#json, soFar);
    } catch {
      // The disk may have room again at the end; if not, the end says so.
    }
  }

  /**
   * @returns the file, for one that is interrupted even if no name was given for it; `undefined`: none
   * @throws {IpcError} FILE_EXISTS, FILE_UNWRITABLE: says where the result is instead, if anywhere.
   */
  finish(result: BenchResult): string | undefined {
    const path = this.#json ?? (result.state === "interrupted" ? ownName(result) : undefined);
    if (path !== undefined) this.#writeOrElse(path, result);
    if (this.#hgrm !== undefined && result.state === "complete") {
      mkdirSync(this.#hgrm);
      for (const { name, text } of hgrmFiles(result)) writeNew(join(this.#hgrm, name), text);
    }
    return path;
  }

  #write(path: string, result: BenchResult): void {
    const text = `${JSON.stringify(result)}\n`;
    if (this.#isOurs) replaceFile(path, text);
    else writeNew(path, text);
    this.#isOurs = true;
  }

  #writeOrElse(path: string, result: BenchResult): void {
    try {
      this.#write(path, result);
    } catch (cause) {
      if (!(cause instanceof IpcError)) throw cause;
      const elsewhere = join(mkdtempSync(join(tmpdir(), "ipc-playground-bench-")), basename(path));
      writeFileSync(elsewhere, `${JSON.stringify(result)}\n`);
      const nextStep = `the result is in ${elsewhere}; move it to where you want it`;
      throw new IpcError(cause.code, cause.fact, nextStep, { cause });
    }
  }
}

function ownName({ sessions }: BenchResult): string {
  const when = (sessions[0]?.startedAt ?? "").slice(0, 19).replaceAll(":", "-");
  return userPath(`bench-${when}.json`);
}
