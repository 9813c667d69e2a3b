import { expect, test } from "vitest";
import { type Member, members, sources } from "./workspace.ts";

const SCOPE = "@ipc-playground/";

const MECHANISMS = ["pipes", "fifos", "signals", "message-queues", "shared-memory", "semaphores", "sockets"];
const WITH_FRAMING = ["pipes", "fifos", "sockets"];

/** Who may import whom. A mechanism never imports another: a learner can read each by itself. */
function mayImport(short: string): readonly string[] | "anything" {
  if (short === "cli") return "anything";
  if (short.startsWith("labs/")) return ["contract", "libc", "lab-kit", "framing", "chat", ...MECHANISMS];
  if (short === "contract") return [];
  if (short === "libc" || short === "framing") return ["contract"];
  if (short === "lab-kit" || short === "bench-kit") return ["contract", "libc"];
  if (short === "bench-report") return ["contract", "bench-kit"];
  if (short === "node-channels") return ["contract", "libc", "bench-kit"];
  if (short === "chat") return ["contract", "libc", "framing", "pipes", "sockets", "lab-kit", "bench-kit"];
  if (MECHANISMS.includes(short)) {
    const base = ["contract", "libc", "lab-kit", "bench-kit"];
    return WITH_FRAMING.includes(short) ? [...base, "framing"] : base;
  }
  throw new Error(`docs/checks/imports.test.ts does not say what ${short} may import`);
}

function importedBy(member: Member): string[] {
  const manifest = Object.keys({ ...member.manifest.dependencies, ...member.manifest.optionalDependencies });
  const statements = sources(member).flatMap(({ text }) => [
    ...text.matchAll(/(?:from|import\()\s*"(@ipc-playground\/[^"/]+)/g),
  ]);
  const names = [
    ...manifest.filter((name) => name.startsWith(SCOPE)),
    ...statements.map((match) => match[1] as string),
  ];
  return [...new Set(names.map((name) => name.slice(SCOPE.length)))];
}

test.each(members().map((member) => [member.short, member] as const))(
  "%s imports only what it may",
  (short, member) => {
    const allowed = mayImport(short);
    if (allowed === "anything") return;
    // A demo imports its own package by name, as a reader's program would.
    expect(importedBy(member).filter((name) => name !== short && !allowed.includes(name))).toEqual([]);
  },
);

test.each(members().map((member) => [member.short, member] as const))(
  "%s declares what it imports",
  (short, member) => {
    const declared = Object.keys({
      ...member.manifest.dependencies,
      ...member.manifest.optionalDependencies,
    });
    const own = member.manifest.name;
    const undeclared = importedBy(member)
      .map((name) => SCOPE + name)
      .filter((name) => name !== own && !declared.includes(name));
    expect(undeclared, short).toEqual([]);
  },
);

test("nobody imports across packages by a relative path", () => {
  for (const member of members()) {
    for (const { path, text } of sources(member)) {
      for (const [, target] of text.matchAll(/from "(\.[^"]+)"/g)) {
        const url = new URL(target as string, `file://${path}`);
        expect(url.pathname.startsWith(`${member.folder}/`), `${path} imports ${target}`).toBe(true);
      }
    }
  }
});

test("versions live in the catalog, and nowhere else", () => {
  for (const { manifest } of members()) {
    const all = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
    for (const [name, version] of Object.entries(all)) {
      expect([name, version]).toEqual([name, name.startsWith(SCOPE) ? "workspace:*" : "catalog:"]);
    }
  }
});
