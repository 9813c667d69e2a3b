// The way in: `node packages/cli/launch.mjs COMMAND …`. Plain JavaScript, because it runs before
// anything is compiled: it checks Node, brings the build up to date, and hands over.
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const main = new URL("./dist/main.js", import.meta.url);

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`This is Node ${process.versions.node}; the playground needs Node 20.19 or newer.`);
  process.exit(1);
}
if (!(existsSync(main) && isReadOnly(root))) await build();
await import(main.href);

/** Nothing is printed unless something was built or failed, and then only on stderr. */
async function build() {
  const patience = setTimeout(() => console.error("building …"), 700);
  const { status, output } = await run(`${root}node_modules/.bin/turbo`, [
    "run",
    "build",
    "--output-logs=errors-only",
  ]);
  clearTimeout(patience);
  if (status === 0) return;
  console.error(output);
  console.error("The build failed; what the compiler said stands above. `pnpm build` runs it again.");
  process.exit(1);
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.once("error", (error) => resolve({ status: 1, output: error.message }));
    child.once("close", (status) => resolve({ status, output }));
  });
}

function isReadOnly(path) {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}
