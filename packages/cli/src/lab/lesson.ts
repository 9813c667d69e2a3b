import { readFileSync } from "node:fs";
import type { Lab } from "@ipc-playground/lab-kit";
import { type LessonPart, parseLesson } from "@ipc-playground/lab-kit/runner";
import { unknownName } from "../nearest.ts";

/** A demo with the text that leads to it in the lesson. */
export interface Scene {
  demo: string;
  module: URL;
  /** Markdown. Empty where one text leads to two demos. */
  text: string;
}

/** What a lab plays, in the lesson's order, and the text after the last demo. */
export interface Script {
  scenes: Scene[];
  closing: string;
}

/**
 * The lesson as a script: it says which demos run, and in which order.
 *
 * @param only Names of demos; none means all.
 * @throws {IpcError} UNKNOWN_NAME: a demo that the lab does not have.
 */
export function scriptOf(lab: Lab, only: readonly string[] = []): Script {
  for (const name of only) {
    if (!(name in lab.demos)) throw unknownName(`demo of the ${lab.name} lab`, name, Object.keys(lab.demos));
  }
  const scenes: Scene[] = [];
  let text = "";
  for (const part of readLesson(lab)) {
    if (part.kind === "text") text += `${part.markdown}\n\n`;
    if (part.kind !== "demo") continue;
    const module = lab.demos[part.name];
    if (module === undefined)
      throw unknownName("demo that the lesson names", part.name, Object.keys(lab.demos));
    scenes.push({ demo: part.name, module, text });
    text = "";
  }
  const wanted = only.length === 0 ? scenes : scenes.filter((scene) => only.includes(scene.demo));
  return { scenes: wanted, closing: text };
}

export function readLesson(lab: Lab): LessonPart[] {
  return parseLesson(readFileSync(new URL("lesson.md", lab.folder), "utf8"));
}
