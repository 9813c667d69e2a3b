import { renderToString } from "ink";
import { inputRow } from "./bars.ts";
import { Screen, type ScreenProps } from "./screen.tsx";

/** What the terminal shows: each row with its styles, and where the cursor is, counted from 0. */
export interface Frame {
  readonly rows: readonly string[];
  readonly cursor: { readonly column: number; readonly row: number };
}

/** The screen as a pure function of the state: Ink lays it out; {@link ./painter.ts} draws it. */
export function frameOf(props: ScreenProps): Frame {
  const { columns, rows } = props.state.size;
  const drawn = renderToString(<Screen {...props} />, { columns }).split("\n");
  return {
    rows: Array.from({ length: rows }, (_, at) => drawn[at] ?? ""),
    cursor: { column: inputRow(props.state, columns).cursor, row: rows - 1 },
  };
}
