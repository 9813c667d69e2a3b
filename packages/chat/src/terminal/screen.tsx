import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { inputRow, peopleRows, statusRow, tabsRow } from "./bars.ts";
import { layoutOf } from "./layout.ts";
import { type State, shownRoom } from "./model.ts";
import { windowOf } from "./scroll.ts";
import type { Row, Span } from "./span.ts";

export interface ScreenProps {
  readonly state: State;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether names, states and errors have colours. */
  readonly colored: boolean;
}

/** The whole screen. */
export function Screen({ state, now, colored }: ScreenProps): ReactNode {
  const { columns, rows } = state.size;
  const layout = layoutOf(state.size);
  const line = (row: Row) => <Line row={row} colored={colored} />;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      {layout.tabs && line(tabsRow(state, columns))}
      {layout.rules && <Rule columns={columns} joint={layout.people} sign="┬" />}
      <Box height={layout.rows}>
        <Box width={columns - layout.people} flexDirection="column" justifyContent="flex-end">
          <Lines rows={windowOf(shownRoom(state), layout.columns, layout.rows)} colored={colored} />
        </Box>
        {layout.people > 0 && (
          <People state={state} columns={layout.people} rows={layout.rows} colored={colored} />
        )}
      </Box>
      {layout.rules && <Rule columns={columns} joint={layout.people} sign="┴" />}
      {layout.status && line(statusRow(state, columns, now))}
      {line(inputRow(state, columns).row)}
    </Box>
  );
}

interface PeopleProps {
  state: State;
  columns: number;
  rows: number;
  colored: boolean;
}

function People({ state, columns, rows, colored }: PeopleProps): ReactNode {
  return (
    <>
      <Box flexDirection="column" width={2}>
        <Lines rows={Array.from({ length: rows }, () => [{ text: "│", dim: true }])} colored={colored} />
      </Box>
      <Box flexDirection="column" width={columns - 2}>
        <Lines rows={peopleRows(state, columns - 2, rows)} colored={colored} />
      </Box>
    </>
  );
}

/** A line across, with a joint where the column of people begins. */
function Rule({ columns, joint, sign }: { columns: number; joint: number; sign: string }): ReactNode {
  const left = columns - joint;
  const text = joint === 0 ? "─".repeat(columns) : `${"─".repeat(left)}${sign}${"─".repeat(joint - 1)}`;
  return <Text dimColor>{text}</Text>;
}

function Lines({ rows, colored }: { rows: readonly Row[]; colored: boolean }): ReactNode {
  return rows.map((row, at) => <Line key={at} row={row} colored={colored} />);
}

function Line({ row, colored }: { row: Row; colored: boolean }): ReactNode {
  // An empty text has no height.
  if (row.every(({ text }) => text === "")) return <Text> </Text>;
  return (
    <Text wrap="truncate-end">
      {row.map((span, at) => (
        <Styled key={at} span={span} colored={colored} />
      ))}
    </Text>
  );
}

function Styled({ span, colored }: { span: Span; colored: boolean }): ReactNode {
  const { text, color, bold = false, dim = false, italic = false, inverse = false } = span;
  const ink = colored && color !== undefined ? { color: `ansi256(${color})` } : {};
  // One sequence ends both bold and dim: a span that is both would end the dimness of its neighbour.
  return (
    <Text {...ink} bold={bold && !dim} dimColor={dim} italic={italic} inverse={inverse}>
      {text}
    </Text>
  );
}
