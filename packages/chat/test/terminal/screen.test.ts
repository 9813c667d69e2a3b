import { IpcError } from "@ipc-playground/contract";
import { expect, test } from "vitest";
import { frameOf } from "../../dist/terminal/frame.js";
import type { Size } from "../../dist/terminal/layout.js";
import { type Chat, chat, NOON, screenText, widest } from "./chat.ts";
import { roomState } from "./fake-client.ts";

function conversation(size: Size): Chat {
  return chat((client) => {
    client.roundTrips = { count: 2, lastMs: 0.31, meanMs: 12.34, p99Ms: 100 };
    client.welcome([
      roomState("books", ["ana"]),
      roomState("lobby", ["ana", "ben", "christopher-robin"], "be kind"),
    ]);
    client.hear(
      "ben",
      "hello 日本語 👩‍👩‍👧 🇩🇪 and so on, until the row is full and the next one has to be begun",
    );
    client.hear("ben", "one", "books", 1);
  }, size);
}

test("at 80 columns: rooms, topic, time, names in a column, people, a status line, an input line", () => {
  const made = conversation({ columns: 80, rows: 12 });
  made.tell({ type: "pulse", roundTrips: made.client.roundTrips });
  made.press("h", "i");
  const lines = made.lines.map((line) => line.replace(/^\d\d:\d\d/, "12:00"));
  expect(lines).toEqual([
    " 1:books 1  2:lobby   be kind",
    `${"─".repeat(65)}┬${"─".repeat(14)}`,
    "                                                                 │ 3 people",
    "                                                                 │ ana",
    "                                                                 │ ben",
    "12:00          *  welcome to chat, ana; 2 people are online;     │ christopher-…",
    "                  /help lists the commands                       │",
    "12:00        ben  hello 日本語 👩‍👩‍👧 🇩🇪 and so on, until the row is │",
    "                  full and the next one has to be begun          │",
    `${"─".repeat(65)}┴${"─".repeat(14)}`,
    "● online in lobby as ana at 127.0.0.1:8080 · round trip 0.31 ms, mean 12.3",
    "lobby › hi",
  ]);
});

test("at 40 columns there are no times and no people, and everything fits", () => {
  const { lines } = conversation({ columns: 40, rows: 12 });
  expect(lines.join("\n")).not.toMatch(/\d\d:\d\d |people$/m);
  expect(lines.slice(-6, -3)).toEqual([
    "ben: hello 日本語 👩‍👩‍👧 🇩🇪 and so on, until",
    "  the row is full and the next one has",
    "  to be begun",
  ]);
});

test("whatever the size, there are so many rows, and none is wider than the terminal", () => {
  for (const columns of [1, 2, 3, 5, 9, 20, 40, 59, 60, 80, 99, 100, 131]) {
    for (const rows of [1, 2, 3, 4, 5, 9, 10, 11, 24]) {
      const made = conversation({ columns, rows });
      made.press(..."/w some text that is longer than most windows");
      const { lines } = made;
      expect(lines).toHaveLength(rows);
      expect(widest(lines)).toBeLessThanOrEqual(columns);
      const { cursor } = frameOf({ state: made.state, now: NOON, colored: true });
      expect(cursor.row).toBe(rows - 1);
      expect(cursor.column).toBeLessThan(columns);
    }
  }
});

test("in a window of a few rows, the input line stays longest, then messages, then the status line", () => {
  const parts = {
    "lobby ›": "input",
    "has to be begun": "messages",
    "● online": "status",
    "1:books": "rooms",
  };
  const shown = (rows: number) => {
    const text = conversation({ columns: 80, rows }).lines.join("\n");
    return Object.entries(parts).flatMap(([part, name]) => (text.includes(part) ? [name] : []));
  };
  expect(shown(1)).toEqual(["input"]);
  expect(shown(2)).toEqual(["input", "messages"]);
  expect(shown(3)).toEqual(["input", "messages", "status"]);
  expect(shown(5)).toEqual(["input", "messages", "status", "rooms"]);
});

test("more people than rows: those who fit, and how many more", () => {
  const nicks = Array.from({ length: 30 }, (_, at) => `p${String(at).padStart(2, "0")}`);
  const made = chat((client) => client.welcome([{ ...roomState("lobby", nicks), owner: "P01" }]), {
    columns: 80,
    rows: 12,
  });
  const column = made.lines.slice(2, -3).map((line) => line.split("│ ")[1]);
  expect(column).toEqual(["30 people", "p00", "p01 ★", "p02", "p03", "p04", "and 25 more"]);
});

test("more rooms than fit: the one that is seen is among them", () => {
  const names = Array.from({ length: 20 }, (_, at) => `room-number-${at}`);
  const made = chat((client) => client.welcome(names.map((name) => roomState(name, ["ana"]))), {
    columns: 40,
    rows: 12,
  });
  expect(made.lines[0]).toContain("room-number-19");
  made.press("alt-1");
  expect(made.lines[0]).toContain("1:room-number-0");
});

test("the way back is told in words, with the time that is left", () => {
  const made = conversation({ columns: 80, rows: 12 });
  const why = new IpcError("CONNECTION_REFUSED", "nobody listens at 127.0.0.1:8080", "start the server");
  made.client.turn("waiting");
  made.client.failures = 2;
  made.tell({ type: "link", link: { state: "waiting", failures: 2, until: NOON + 1_234, why: why.fact } });
  expect(screenText(made.state).at(-2)).toBe("◌ waiting 1.2 s, then try 3: nobody listens at 127.0.0.1:8080");
  expect(screenText(made.state, NOON + 9_999).at(-2)).toContain("waiting 0.0 s");
  made.client.turn("connecting");
  expect(made.lines.at(-2)).toBe("◌ connecting, try 3");
});

test("what is not acknowledged is marked; a line that is longer than the window is seen around the cursor", () => {
  const made = conversation({ columns: 80, rows: 12 });
  const content = { kind: "message", from: "ana", text: "hello", own: true, mentions: false } as const;
  made.tell({ type: "sending", room: "lobby", content });
  expect(made.lines.at(-4)).toMatch(/^ {2}⋯ {10}ana {2}hello/);
  made.press(..."0123456789".repeat(20));
  const { cursor } = frameOf({ state: made.state, now: NOON, colored: false });
  expect(made.lines.at(-1)?.length).toBe(cursor.column);
  made.press("home");
  expect(frameOf({ state: made.state, now: NOON, colored: false }).cursor.column).toBe("lobby › ".length);
});

test("while Tab goes round, the status line shows what there is", () => {
  const made = conversation({ columns: 80, rows: 12 });
  made.press("tab");
  expect(made.lines.at(-2)?.trim()).toMatch(/^ben +christopher-robin$/);
  expect(made.lines.at(-1)).toBe("lobby › ben:");
});

test("/list where there is little room: the name, and the rest below it", () => {
  const made = conversation({ columns: 30, rows: 12 });
  const row = [{ text: "  christopher-robin  ", bold: true }, { text: "127.0.0.1:50312  since 12:00" }];
  made.tell({ type: "answer", lines: [{ row, indent: 21 }] });
  expect(made.lines.slice(-6, -3)).toEqual([
    "  christopher-robin",
    "    127.0.0.1:50312  since",
    "    12:00",
  ]);
});
