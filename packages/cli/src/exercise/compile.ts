import { spawn } from "node:child_process";
import { accessSync, constants, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { IpcError } from "@ipc-playground/contract";
import { scratchDirectory } from "@ipc-playground/lab-kit/runner";
import { userPath } from "../files.ts";
import type { Place } from "./place.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

/**
 * Compile `mine.ts`, and it alone, to where the build puts the starter. Returns what the compiler
 * complains of, with file and line; empty if it is content.
 *
 * @throws {IpcError} FILE_UNWRITABLE
 */
export async function compileMine(place: Place, color: boolean): Promise<string> {
  const folder = dirname(fileURLToPath(place.module("mine")));
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new IpcError(
      "FILE_UNWRITABLE",
      `cannot write in ${folder}: ${(cause as Error).message}`,
      "work in a copy of the project that you may write to",
      { cause },
    );
  }
  const config = join(scratchDirectory(), "tsconfig.json");
  writeFileSync(config, JSON.stringify(configFor(place)));
  const said = await outputOf([TSC, "-p", config, "--pretty", "true"]);
  return color ? said : stripVTControlCharacters(said);
}

function configFor(place: Place): object {
  const lab = fileURLToPath(place.lab.folder);
  return {
    extends: join(ROOT, "tsconfig.base.json"),
    compilerOptions: {
      rootDir: lab,
      outDir: join(lab, "dist"),
      typeRoots: [join(ROOT, "node_modules/@types")],
      noEmitOnError: true,
      // Work in progress may have names that nothing uses yet.
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    files: [place.path("mine.ts")],
  };
}

function outputOf(args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // Where the user stands: the compiler shows paths relative to it.
    const child = spawn(process.execPath, args, { cwd: userPath("."), stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", reject);
    child.once("close", (status, signal) => {
      if (status === 0) resolve("");
      else resolve(output.trim() || `The compiler ended by ${signal ?? `status ${status}`}.`);
    });
  });
}
