export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Which parts of the screen there are in a window of some size. A part without room is left out. */
export interface Layout {
  readonly tabs: boolean;
  /** Lines across, above and below the messages. */
  readonly rules: boolean;
  readonly status: boolean;
  /** Columns for who is in the room; 0: not shown. */
  readonly people: number;
  /** Of the messages. */
  readonly columns: number;
  readonly rows: number;
}

/** Below this many columns, who is in the room is not shown. */
const PEOPLE_FROM = 60;
const ROOMY_FROM = 100;

/** The input line is always there; then come messages, the status line, the tabs and the rules. */
export function layoutOf({ columns, rows }: Size): Layout {
  const status = rows >= 3;
  const tabs = rows >= 5;
  const rules = rows >= 10;
  const people = columns < PEOPLE_FROM ? 0 : columns < ROOMY_FROM ? 15 : 22;
  const other = 1 + Number(status) + Number(tabs) + 2 * Number(rules);
  // A column is left free before those of the people.
  const left = columns - people - Number(people > 0);
  return { status, tabs, rules, people, columns: left, rows: Math.max(0, rows - other) };
}
