import { describe, expect, test } from "vitest";
import { htmlPage, svgFiles } from "../dist/index.js";
import { made, named } from "./made.ts";

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror='alert("2")'> & {a|b}`;

/** Everything in a file that a person may have written, made hostile. */
function hostile() {
  const result = made({ mechanisms: ["pipe", HOSTILE] });
  result.machine.cpu = HOSTILE;
  result.machine.commit = HOSTILE;
  result.sessions = [{ startedAt: "2024-05-06T07:08:09.000Z", seconds: 1, commandLine: ["pnpm", HOSTILE] }];
  const place = { by: "blocking", size: 100, placement: "two-cores" } as const;
  result.failures = [{ ...place, mechanism: HOSTILE, reason: HOSTILE, measures: ["latency"] }];
  return [{ name: HOSTILE, result }];
}

describe("an SVG", () => {
  const files = svgFiles(named(made()));

  test("is the same for the same result, whatever was drawn before it", () => {
    expect(svgFiles(named(made()))).toEqual(files);
  });

  test("stands alone: its title, its words as text, on white, saying what it is", () => {
    const svg = files.find(({ name }) => name === "latency-by-size-blocking.svg")?.text ?? "";
    expect(svg).toMatch(/^<svg role="img" aria-label="How long a round trip takes as messages grow/);
    expect(svg).toMatch(/<text[^>]*>How long a round trip takes/);
    for (const word of ["pipe", "shm-slot", "100 B", "64 KiB"]) expect(svg).toContain(`>${word}</text>`);
    expect(svg).toMatch(/<rect width="900" height="\d+" x="0" y="0" fill="#ffffff"/);
    expect(svg).not.toMatch(/NaN|undefined|https?:(?!\/\/www\.w3\.org\/)/);
  });

  test("takes a name for text, whatever is in it", () => {
    for (const { name, text } of svgFiles(hostile())) {
      expect(text, name).not.toMatch(/<script|<img/);
    }
  });
});

describe("a page", () => {
  const page = htmlPage(named(made()));
  const body = page.slice(0, page.indexOf("<script>"));

  test("is the same for the same result", () => {
    expect(htmlPage(named(made()))).toBe(page);
  });

  test("forbids itself every network, and every program but its own", () => {
    expect(page).toMatch(
      /http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/,
    );
    expect(body).not.toMatch(/<(?:link|iframe|img|object)\b|<script[^>]* src|@import|url\((?!#)/);
    expect(page).not.toContain("sourceMappingURL");
  });

  test("says on what, when, how and by which command it was measured", () => {
    for (const fact of [
      "A processor, 2 cores",
      "Linux 6.1.0",
      "Node 20.19.0",
      "2024-05-06 07:08:09 UTC",
      "0123abc",
    ]) {
      expect(page).toContain(fact);
    }
    expect(page).toContain("<code>pnpm bench --full</code>");
  });

  test("has the figures as tables, and a still picture for whoever runs no programs", () => {
    expect(page).toMatch(/<caption>Round trip of 100 B, blocking<\/caption>/);
    expect(page).toMatch(/<th scope="row" class="left">shm-slot<\/th>/);
    const pictures = page.match(/<figure /g)?.length;
    expect(pictures).toBe(page.match(/<div class="still"><svg /g)?.length);
    expect(page).toContain("No picture: nothing was sent on a schedule in this run.");
  });

  test("has no two elements of one name", () => {
    const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("shows what a file says as text, whatever that is", () => {
    const [before = ""] = htmlPage(hostile()).split("<script>");
    expect(before).toContain("&lt;img src=x onerror=&#39;alert(&quot;2&quot;)&#39;&gt; &amp;");
    expect(before).not.toMatch(/<img|<\/script><script/);
  });

  test("marks what is not whole: an interrupted run, rows that failed, other machines", () => {
    const [whole, cut] = [made(), made()];
    cut.state = "interrupted";
    cut.machine.node = "22.0.0";
    const place = { by: "blocking", size: 65_536, placement: "two-cores" } as const;
    cut.failures = [
      { ...place, mechanism: "udp", reason: "messages have at most 65,507 B", measures: ["rate"] },
    ];
    const text = htmlPage(named(whole, cut));
    expect(text).toContain("2 (interrupted)");
    expect(text).toMatch(/<p class="warning" role="note">Interrupted/);
    expect(text).toContain("messages have at most 65,507 B");
    expect(text).toContain("1 and 2 were measured on different machines or versions (Node: 20.19.0, 22.0.0)");
  });

  test("without a single number is a page all the same", () => {
    const text = htmlPage(named(made({ mechanisms: [] })));
    expect(text).toContain("Nothing in 1 has a number.");
    expect(text).not.toContain("<figure");
  });
});
