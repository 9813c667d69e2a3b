/** A lab: a lesson, the demos that it names, and exercises. */
export interface Lab {
  /** Singular: `"pipe"`. */
  name: string;
  /** Other words that people type: `"pipes"`. */
  aliases: readonly string[];
  title: string;
  /** One line for the list of labs. */
  summary: string;
  /** The folder that holds lesson.md and exercises/. */
  folder: URL;
  /** The compiled module of each demo, by the demo's name. */
  demos: Readonly<Record<string, URL>>;
  exercises: readonly string[];
  /** Its demos watch packets: where the user may not, the lab runs in a network namespace of its own. */
  watchesPackets?: boolean;
}

export function defineLab(lab: Lab): Lab {
  return lab;
}
