/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PLACEMENTS } from "@ipc-playground/bench-kit/run";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { htmlPage } from "../dist/index.js";
import { chromiumPath } from "./chromium.ts";
import { made, named } from "./made.ts";

if (chromiumPath === undefined)
  console.warn("skipped: the page in a browser; needs Debian's package chromium");

// As text: these run in the page, where there is a document.
const PAPER = "getComputedStyle(document.body).backgroundColor";
const HOSTILE = `<img src=x onerror="document.title='taken over'">`;

describe.skipIf(chromiumPath === undefined)("the page in Chromium", { timeout: 60_000 }, () => {
  let browser: Browser;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ipc-playground-test-"));
    const mechanisms = ["pipe", "signal", "shm-ring", HOSTILE];
    const results = named(
      made({
        mechanisms,
        modes: ["blocking", "hybrid"],
        placements: [...PLACEMENTS],
        sizes: [64, 100, 65_536],
        load: true,
      }),
    );
    const path = join(folder, "page.html");
    writeFileSync(path, htmlPage(results));
    url = pathToFileURL(path).href;
    // Root cannot have Chromium's sandbox; the page is our own.
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    browser = await chromium.launch({ executablePath: chromiumPath as string, args });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page as one reader sees it, with everything that it complains of or asks for. */
  async function open(options: BrowserContextOptions) {
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(url);
    return { page, complaints, requests };
  }

  /** Pictures that lack something: a colour stands in them less often than their data has points of it. */
  function undrawn(page: Page, place: string): Promise<string[]> {
    return page.locator("figure").evaluateAll(
      (figures, place) =>
        figures.flatMap((figure) => {
          const { series } = JSON.parse(figure.querySelector("script")?.textContent ?? "{}").option;
          const wanted: string[] = series.flatMap(
            ({ itemStyle, data }: { itemStyle?: Record<string, string>; data: (typeof series)[] }) =>
              data.map((point) => point.itemStyle?.color ?? itemStyle?.borderColor ?? itemStyle?.color),
          );
          const paths = [...figure.querySelectorAll(`${place} svg path`)];
          const colours = paths.flatMap((path) => [path.getAttribute("fill"), path.getAttribute("stroke")]);
          const count = (all: unknown[], one: string) => all.filter((other) => other === one).length;
          const lacking = wanted.some((colour) => count(colours, colour) < count(wanted, colour));
          const hidden = (figure.querySelector(place)?.clientHeight ?? 0) === 0;
          return wanted.length === 0 || lacking || hidden ? [figure.id] : [];
        }),
      place,
    );
  }

  test("draws every picture, complains of nothing and asks for nothing", async () => {
    const { page, complaints, requests } = await open({ viewport: { width: 1200, height: 900 } });
    await page.waitForSelector("html.ready");
    expect(await page.locator("figure").count()).toBe(15);
    expect(await undrawn(page, ".live")).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
    expect(await page.locator(".still").first().isVisible()).toBe(false);
  });

  test("says what is under the pointer, and takes a name for text", async () => {
    const { page, complaints } = await open({ viewport: { width: 1200, height: 900 } });
    await page.waitForSelector("html.ready");
    const figure = page.locator("#ratio-to-c-latency-blocking");
    const row = figure.locator(".live text", { hasText: "<img" }).first();
    await row.scrollIntoViewIfNeeded();
    const box = await row.boundingBox();
    if (box === null) throw new Error("the row of the hostile name is not drawn");
    await page.mouse.move(box.x + box.width + 40, box.y + box.height / 2);
    await figure.locator(".tip-head").waitFor();
    expect(await figure.locator(".tip-head").textContent()).toBe(HOSTILE);
    expect(await page.title()).toBe("Benchmark: 1");
    expect(complaints).toEqual([]);
  });

  test("is light or dark as the reader is, and follows when that changes", async () => {
    const { page } = await open({ colorScheme: "dark" });
    await page.waitForSelector("html.ready");
    const colours = async () => ({
      paper: await page.evaluate<string>(PAPER),
      words: await page.locator(".live text").first().getAttribute("fill"),
    });
    const dark = await colours();
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(async () => (await colours()).words).not.toBe(dark.words);
    expect(dark.paper).toBe("rgb(21, 24, 29)");
    expect((await colours()).paper).toBe("rgb(255, 255, 255)");
  });

  test("fits a phone: nothing is wider than the screen", async () => {
    const { page } = await open({ viewport: { width: 400, height: 800 } });
    await page.waitForSelector("html.ready");
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(wide).toBe(400);
  });

  test("goes to paper with still pictures on white, none of them cut", async () => {
    const { page } = await open({ colorScheme: "dark" });
    await page.waitForSelector("html.ready");
    await page.emulateMedia({ media: "print" });
    expect(await undrawn(page, ".still")).toEqual([]);
    expect(await page.locator(".live").first().isVisible()).toBe(false);
    expect(await page.evaluate<string>(PAPER)).toBe("rgb(255, 255, 255)");
  });

  test("has its pictures without JavaScript, too", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.locator(".still svg").first().isVisible()).toBe(true);
    expect(await page.locator(".still svg").count()).toBe(await page.locator("figure").count());
  });
});
