import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const COMPILED = new URL("../../dist/page/", import.meta.url);

/** A page's programs, all of them inside it. */
export interface Scripts {
  html: string;
  /** What a Content-Security-Policy allows to run: these texts, and nothing that a file brought in. */
  hashes: string[];
}

export function scripts(): Scripts {
  // Not the smaller common build: that one has nothing that keeps labels apart.
  const echarts = createRequire(import.meta.url).resolve("echarts/dist/echarts.min.js");
  const own = ["drawable.js", "client.js"].map((name) => readFileSync(new URL(name, COMPILED), "utf8"));
  const texts = [
    { type: "", text: readFileSync(echarts, "utf8") },
    { type: ' type="module"', text: own.join("\n") },
  ].map(({ type, text }) => ({
    type,
    text: text.replace(/^\/\/# sourceMappingURL=.*$/gm, "").replaceAll("</script", "<\\/script"),
  }));
  return {
    html: texts.map(({ type, text }) => `<script${type}>${text}</script>`).join("\n"),
    hashes: texts.map(({ text }) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`),
  };
}
