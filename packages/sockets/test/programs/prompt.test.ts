import { PassThrough } from "node:stream";
import { visible } from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { Prompt } from "../../dist/programs/prompt.js";
import { until } from "../tcp/peers.ts";

/** What a terminal would show: enough of one for a prompt. */
class Screen {
  rows: string[] = [""];
  #row = 0;
  #column = 0;

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is made of them
    for (const [part] of text.matchAll(/\x1b\[(\d*)(?:;\d+)?([A-Z])|[\s\S]/g)) {
      const [, count, command] = /\[(\d*)(?:;\d+)?([A-Z])/.exec(part) ?? [];
      if (command === "A") this.#row -= Number(count || 1);
      else if (command === "G" || command === "H") this.#column = Math.max(0, Number(count || 1) - 1);
      else if (command === "J")
        this.rows = [...this.rows.slice(0, this.#row), (this.rows[this.#row] ?? "").slice(0, this.#column)];
      else if (command !== undefined) continue;
      else if (part === "\r") this.#column = 0;
      else if (part === "\n") this.#newRow();
      else this.#put(part);
    }
  }

  #newRow(): void {
    this.#row++;
    this.#column = 0;
    this.rows[this.#row] ??= "";
  }

  #put(sign: string): void {
    const row = this.rows[this.#row] ?? "";
    this.rows[this.#row] =
      row.slice(0, this.#column).padEnd(this.#column) + sign + row.slice(this.#column + 1);
    this.#column++;
  }
}

function atTerminal() {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough({ encoding: "utf8" }), { columns: 80 });
  const screen = new Screen();
  output.on("data", (text: string) => screen.write(text));
  const prompt = new Prompt("> ", { input, output, terminal: true });
  onTestFinished(() => prompt.close());
  return { prompt, input, screen };
}

test("text that comes while a person types stands above their line, which stays as it was", async () => {
  const { prompt, input, screen } = atTerminal();
  prompt.ask();
  input.write("hello wor");
  await until(() => screen.rows[0] === "> hello wor");
  prompt.print("* somebody came");
  await until(() => screen.rows.length === 2);
  expect(screen.rows).toEqual(["* somebody came", "> hello wor"]);
  const typed = new Promise((resolve) => prompt.lines.once("line", resolve));
  input.write("ld\r");
  expect(await typed).toBe("hello world");
});

test("the cursor stays where it was in the line", async () => {
  const { prompt, input, screen } = atTerminal();
  prompt.ask();
  // Two steps to the left, as the arrow key says it.
  input.write("held\x1b[D\x1b[D");
  await until(() => prompt.lines.cursor === 2);
  prompt.print("noise");
  await until(() => screen.rows.length === 2);
  const typed = new Promise((resolve) => prompt.lines.once("line", resolve));
  input.write("L");
  await until(() => prompt.lines.line.length === 5);
  input.write("\r");
  expect(await typed).toBe("heLld");
});

test("without a terminal there is no prompt, and lines are plain", async () => {
  const output = new PassThrough({ encoding: "utf8" });
  const prompt = new Prompt("> ", { input: new PassThrough(), output, terminal: false });
  onTestFinished(() => prompt.close());
  prompt.ask();
  prompt.print("one");
  expect(output.read()).toBe("one\n");
});

test("a stranger's text cannot move the cursor, write to the clipboard or turn the reading direction", () => {
  expect(visible("\x1b[2J\x1b]52;c;eA==\x07")).toBe("␛[2J␛]52;c;eA==␇");
  expect(visible("a\r\nb\tc\x7f\x9b31m")).toBe("a␍␊b\tc␡<U+009B>31m");
  expect(visible("exe.\u202efdp\u2066")).toBe("exe.<U+202E>fdp<U+2066>");
  expect(visible("a\u061cb")).toBe("a<U+061C>b");
  expect(visible("äöü 😀 日本")).toBe("äöü 😀 日本");
});
