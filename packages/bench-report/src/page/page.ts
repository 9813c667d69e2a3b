import type { Named } from "../named.ts";
import { sectionsOf } from "../sections.ts";
import { allRowsHtml, notesHtml } from "./all-rows.ts";
import { escaped } from "./escape.ts";
import { sectionHtml } from "./figures.ts";
import { glanceHtml } from "./glance.ts";
import { headHtml } from "./head.ts";
import { scripts } from "./scripts.ts";
import { STYLE } from "./style.ts";
import { wordsHtml } from "./words.ts";

/**
 * Saved results as one HTML file that needs nothing else: no network, no second file. Without
 * JavaScript its pictures are still; the same text for the same results.
 */
export function htmlPage(files: readonly Named[]): string {
  const sections = [
    { heading: "At a glance", html: textHtml("At a glance", "glance", glanceHtml(files)) },
    ...sectionsOf(files).map((section, i) => ({
      heading: section.heading,
      html: sectionHtml(section, `pictures-${i + 1}`),
    })),
    { heading: "Notes", html: textHtml("Notes", "notes", notesHtml(files)) },
    { heading: "All rows", html: textHtml("All rows", "rows", allRowsHtml(files)) },
  ];
  const { html, hashes } = scripts();
  const policy = `default-src 'none'; script-src ${hashes.join(" ")}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  const links = sections.map(({ heading, html }) => {
    const id = /id="([^"]+)"/.exec(html)?.[1] ?? "";
    return `<li><a href="#${id}">${escaped(heading)}</a></li>`;
  });
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Benchmark: ${escaped(files.map(({ name }) => name).join(", "))}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>What it costs two processes to talk</h1>
<p>Every number here is one machine's. Two real processes exchanged messages through each mechanism, beside the same program in C.</p>
${headHtml(files)}
${wordsHtml()}
<nav aria-label="On this page"><ul>${links.join("\n")}</ul></nav>
</header>
<main>
${sections.map(({ html }) => html).join("\n")}
</main>
<footer><p>Made by <code>pnpm bench report</code> of the IPC playground. Pictures: Apache ECharts, Apache License 2.0, inside this file.</p></footer>
${html}
</body>
</html>
`;
}

function textHtml(heading: string, id: string, body: string): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>\n${body}\n</section>`;
}
