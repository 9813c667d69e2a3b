import { IpcError } from "@ipc-playground/contract";

/** A lesson is Markdown in which a line of its own names what to run there. */
export type LessonPart =
  | { kind: "text"; markdown: string }
  | { kind: "demo"; name: string }
  | { kind: "exercise"; name: string };

// An HTML comment: no Markdown viewer shows it, and the lesson reads well on any forge.
const DIRECTIVE = /^<!-- (demo|exercise): ([a-z0-9-]+) -->$/;

/**
 * Split a lesson at its directives, in order.
 *
 * @throws {IpcError} BAD_DEMO: a line that looks like a directive but is none, with its number.
 */
export function parseLesson(markdown: string): LessonPart[] {
  const parts: LessonPart[] = [];
  let text: string[] = [];
  const flush = () => {
    if (text.some((line) => line.trim() !== ""))
      parts.push({ kind: "text", markdown: text.join("\n").trim() });
    text = [];
  };
  for (const [i, line] of markdown.split("\n").entries()) {
    const [, kind, name] = DIRECTIVE.exec(line) ?? [];
    if (name !== undefined) {
      flush();
      parts.push({ kind: kind as "demo" | "exercise", name });
    } else if (/^\s*<!--\s*(demo|exercise)/.test(line)) {
      throw new IpcError(
        "BAD_DEMO",
        `the lesson's line ${i + 1} is no directive: ${line.trim()}`,
        "write it as <!-- demo: NAME -->, alone on its line",
      );
    } else {
      text.push(line);
    }
  }
  flush();
  return parts;
}
