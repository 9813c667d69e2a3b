import stringWidth from "string-width";
import { frameOf } from "../../dist/terminal/frame.js";
import { follow } from "../../dist/terminal/from-client.js";
import type { Size } from "../../dist/terminal/layout.js";
import { newState, type State } from "../../dist/terminal/model.js";
import { reduce, type ScreenEvent } from "../../dist/terminal/reduce.js";
import { FakeClient } from "./fake-client.ts";
import { key } from "./key.ts";

/** Noon, in whatever time zone. */
export const NOON = new Date(2026, 0, 1, 12).getTime();

/** A chat without a terminal: a client, and what would be seen of it. */
export class Chat {
  readonly client = new FakeClient();
  state: State;

  constructor(size: Size = { columns: 80, rows: 24 }) {
    this.state = newState("127.0.0.1:8080", "ana", size);
    follow(this.client, (event) => this.tell(event));
  }

  tell(...events: ScreenEvent[]): void {
    for (const event of events) this.state = reduce(this.state, event, NOON);
  }

  press(...names: string[]): void {
    for (const name of names) this.tell({ type: "key", key: key(name) });
  }

  get lines(): string[] {
    return screenText(this.state);
  }
}

export function chat(script: (client: FakeClient) => void, size?: Size): Chat {
  const made = new Chat(size);
  script(made.client);
  return made;
}

/** The screen without its styles. */
export function screenText(state: State, now = NOON): string[] {
  const { rows } = frameOf({ state, now, colored: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: styles begin with one
  return rows.map((row) => row.replace(/\x1b\[[\d;]*m/g, "").trimEnd());
}

/** Of the message part: what is said, without the frame around it. */
export function seen(made: Chat): string[] {
  return made.lines
    .slice(2, -3)
    .map((line) => line.split("│")[0]?.trimEnd() ?? "")
    .filter((line) => line !== "");
}

export function widest(lines: readonly string[]): number {
  return Math.max(...lines.map((line) => stringWidth(line)));
}
