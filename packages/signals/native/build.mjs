// Compiles each C file of this folder into dist/native/NAME.so. Without a compiler it says so and
// succeeds: what needs the C part then says what to install, and the rest of the package works.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

const sources = import.meta.dirname;
const target = join(sources, "../dist/native");
const compiler = process.env.CC || "cc";

// A "cc" that only says where to get one is no compiler: ask it for something that only one can do.
const probe = spawnSync(compiler, ["-E", "-x", "c", "/dev/null"], { encoding: "utf8" });
if (probe.error || probe.status !== 0) {
  console.log(
    `signals: no C compiler (${compiler}), so the receiver of queued signals is left out; install one (apt install gcc libc6-dev) and run: node ${join(sources, "build.mjs")}`,
  );
} else {
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(sources).filter((name) => name.endsWith(".c")))
    compile(basename(file, ".c"));
}

function compile(name) {
  // Under another name first: a program that loads it now must not see half a library.
  const unfinished = join(target, `.${name}-${process.pid}.so`);
  const flags = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-shared", "-fPIC"];
  const cc = spawnSync(compiler, [...flags, "-o", unfinished, join(sources, `${name}.c`)], {
    encoding: "utf8",
  });
  process.stderr.write(cc.stderr);
  if (cc.status === 0) return renameSync(unfinished, join(target, `${name}.so`));
  rmSync(unfinished, { force: true });
  console.error(`signals: ${compiler} refused ${name}.c`);
  process.exitCode = 1;
}
