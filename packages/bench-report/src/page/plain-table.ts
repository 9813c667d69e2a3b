import { escaped } from "./escape.ts";

/** A table of text: first the columns that say what a row is about, then its figures. */
export interface PlainTable {
  title: string;
  words: string[];
  numbers: string[];
  /** As many cells as there are columns; the first one names the row. */
  rows: string[][];
}

export function tableHtml({ title, words, numbers, rows }: PlainTable): string {
  const alignment = (column: number) => (column < words.length ? ' class="left"' : "");
  const head = [...words, ...numbers].map(
    (name, i) => `<th scope="col"${alignment(i)}>${escaped(name)}</th>`,
  );
  const body = rows.map(([first = "", ...others]) => {
    const cells = others.map((cell, i) => `<td${alignment(i + 1)}>${escaped(cell)}</td>`);
    return `<tr><th scope="row" class="left">${escaped(first)}</th>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}"><table>
<thead><tr>${head.join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}
