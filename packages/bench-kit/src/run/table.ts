import stringWidth from "string-width";

export interface Column {
  header: string;
  align: "left" | "right";
  /** Where the width is short, columns with the highest number go first; 0 stays. */
  dispensable?: number;
}

export const right = (header: string, dispensable = 0): Column => ({ header, align: "right", dispensable });
export const left = (header: string, dispensable = 0): Column => ({ header, align: "left", dispensable });

const GAP = "  ";

/** Lines of a table that is at most `width` wide, as far as its indispensable columns let it be. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const kept = columns.map((_, i) => i);
  const widths = columns.map(({ header }, i) =>
    Math.max(stringWidth(header), ...rows.map((row) => stringWidth(row[i] ?? ""))),
  );
  const total = () => kept.reduce((sum, i) => sum + (widths[i] ?? 0) + GAP.length, -GAP.length);
  while (total() > width) {
    const candidates = kept.filter((i) => columns[i]?.dispensable);
    if (candidates.length === 0) break;
    const first = candidates.reduce((x, y) =>
      (columns[y]?.dispensable ?? 0) > (columns[x]?.dispensable ?? 0) ? y : x,
    );
    kept.splice(kept.indexOf(first), 1);
  }
  const line = (cells: readonly string[]) =>
    kept
      .map((i) => {
        const cell = cells[i] ?? "";
        const padding = " ".repeat((widths[i] ?? 0) - stringWidth(cell));
        return columns[i]?.align === "left" ? cell + padding : padding + cell;
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ header }) => header)), ...rows.map(line)];
}
