import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Exercise, Lab } from "@ipc-playground/lab-kit";
import { userPath } from "../files.ts";
import { unknownName } from "../nearest.ts";

/** An exercise of a lab, and where its files are. */
export class Place {
  readonly lab: Lab;
  readonly name: string;

  constructor(lab: Lab, name: string) {
    this.lab = lab;
    this.name = name;
  }

  /** As it is typed: `pipe/plumbing`. */
  get title(): string {
    return `${this.lab.name}/${this.name}`;
  }

  /** A source file of the exercise, as a path. */
  path(file: string): string {
    return fileURLToPath(new URL(`exercises/${this.name}/${file}`, this.lab.folder));
  }

  /** A source file of the exercise, as a path that can be typed where the user stands. */
  shown(file: string): string {
    return relative(userPath("."), this.path(file));
  }

  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  /** The compiled module of `NAME.ts`. */
  module(name: string): URL {
    return new URL(`dist/exercises/${this.name}/${name}.js`, this.lab.folder);
  }

  get begun(): boolean {
    return existsSync(this.path("mine.ts"));
  }

  /** What the exercise's `check.ts` says of it. */
  async load(): Promise<Exercise> {
    return ((await import(this.module("check").href)) as { default: Exercise }).default;
  }
}

export function allPlaces(labs: readonly Lab[]): Place[] {
  return labs.flatMap((lab) => lab.exercises.map((name) => new Place(lab, name)));
}

/**
 * The exercise of that name: `pipe/plumbing`, with any of the lab's names in front.
 *
 * @throws {IpcError} UNKNOWN_NAME
 */
export function placeNamed(labs: readonly Lab[], name: string): Place {
  const places = allPlaces(labs);
  const found = places.find(({ lab, name: exercise }) =>
    [lab.name, ...lab.aliases].some((word) => name === `${word}/${exercise}`),
  );
  if (found !== undefined) return found;
  throw unknownName(
    "exercise",
    name,
    places.map(({ title }) => title),
  );
}
