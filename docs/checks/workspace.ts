import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The project's folder. */
export const ROOT = join(import.meta.dirname, "../..");

export interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

export interface Member {
  /** `pipes`, or `labs/pipe`. */
  short: string;
  folder: string;
  manifest: Manifest;
}

/** The packages and labs of the workspace. */
export function members(): Member[] {
  return ["packages", "labs"].flatMap((group) =>
    readdirSync(join(ROOT, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => {
        const folder = join(ROOT, group, name);
        const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
        return { short: group === "labs" ? `labs/${name}` : name, folder, manifest };
      }),
  );
}

/** The TypeScript files of a member that are shipped: not its tests. */
export function sources({ folder }: Member): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (path) =>
        /\.tsx?$/.test(path) && !/(^|\/)(dist|node_modules|test)\//.test(path) && !path.endsWith(".d.ts"),
    )
    .map((path) => ({ path: join(folder, path), text: readFileSync(join(folder, path), "utf8") }));
}

/** A page of the project, by its path from the root. */
export function page(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
