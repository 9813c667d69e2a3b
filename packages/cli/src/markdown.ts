import { marked, type Token, type Tokens } from "marked";
import pc from "picocolors";
import wrapAnsi from "wrap-ansi";
import { type Screen, TEXT_WIDTH } from "./terminal.ts";

type Colors = ReturnType<typeof pc.createColors>;

/** Markdown for a terminal, block by block. Ends with a line feed; empty for no text. */
export function renderMarkdown(markdown: string, screen: Screen): string {
  const colors = pc.createColors(screen.color);
  const width = Math.min(screen.width, TEXT_WIDTH);
  const blocks = marked.lexer(markdown).flatMap((token) => block(token, width, colors) ?? []);
  return blocks.map((text) => `${text}\n`).join("\n");
}

/** The heading and the first paragraph: what a section is about. */
export function opening(markdown: string): { heading: string | undefined; paragraph: string } {
  const tokens = marked.lexer(markdown);
  const heading = tokens.findLast((token) => token.type === "heading") as Tokens.Heading | undefined;
  const after = tokens.slice(heading ? tokens.indexOf(heading) : 0);
  const paragraph = after.find((token) => token.type === "paragraph") as Tokens.Paragraph | undefined;
  return { heading: heading?.text, paragraph: paragraph?.raw ?? "" };
}

function block(token: Token, width: number, c: Colors): string | undefined {
  switch (token.type) {
    case "heading":
      return c.bold(c.underline(inline((token as Tokens.Heading).tokens, c)));
    case "paragraph":
    case "text":
      return wrapAnsi(inline((token as Tokens.Paragraph).tokens ?? [token], c).replace(/\n/g, " "), width);
    case "code":
      return (token as Tokens.Code).text.replace(/^/gm, "    ");
    case "list":
      return (token as Tokens.List).items
        .map((item, i) => listItem(item, i, token as Tokens.List, width, c))
        .join("\n");
    case "table":
      return table(token as Tokens.Table, width, c);
    case "blockquote":
      return indented(
        (token as Tokens.Blockquote).tokens.flatMap((inner) => block(inner, width - 2, c) ?? []).join("\n"),
        "│ ",
      );
    default:
      return undefined;
  }
}

function listItem(item: Tokens.ListItem, i: number, list: Tokens.List, width: number, c: Colors): string {
  const mark = list.ordered ? `${Number(list.start || 1) + i}. ` : "- ";
  const text = item.tokens.flatMap((inner) => block(inner, width - mark.length, c) ?? []).join("\n");
  return mark + indented(text, " ".repeat(mark.length)).trimStart();
}

/** A table as one paragraph per row: it fits every width. */
function table({ header, rows }: Tokens.Table, width: number, c: Colors): string {
  return rows
    .map((cells) => {
      const [first = "", ...rest] = cells.map((cell, i) => {
        const name = inline(header[i]?.tokens ?? [], c);
        const text = inline(cell.tokens, c);
        return i === 0 ? c.bold(text) : `${name ? `${name}: ` : ""}${text}`;
      });
      return [first, ...rest.map((text) => indented(wrapAnsi(text, width - 2), "  "))].join("\n");
    })
    .join("\n");
}

function indented(text: string, by: string): string {
  return text.replace(/^/gm, by);
}

function inline(tokens: readonly Token[] | undefined, c: Colors): string {
  return (tokens ?? []).map((token) => span(token, c)).join("");
}

function span(token: Token, c: Colors): string {
  switch (token.type) {
    case "codespan":
      return c.cyan((token as Tokens.Codespan).text);
    case "strong":
      return c.bold(inline((token as Tokens.Strong).tokens, c));
    case "em":
      return c.italic(inline((token as Tokens.Em).tokens, c));
    case "html":
      return "";
    default:
      return "tokens" in token && token.tokens
        ? inline(token.tokens, c)
        : "text" in token
          ? String(token.text)
          : token.raw;
  }
}
