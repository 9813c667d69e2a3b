import { spawnSync } from "node:child_process";
import { loadPosixMq } from "@ipc-playground/message-queues";
import { expect, test } from "vitest";

function isBuilt(): boolean {
  try {
    loadPosixMq();
    return true;
  } catch {
    console.log("skipped: how posix-mq is refused: it was not built on this machine");
    return false;
  }
}

/** What a program of its own prints, which has the package under `mq`. */
function printed(program: string): string {
  const code = `import * as mq from "@ipc-playground/message-queues";
    const told = (action) => { try { action(); return "done"; } catch (error) { return error.code + ": " + error.fact; } };
    ${program}`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  return stdout.trim() + stderr;
}

test("posix-mq loads, or says that it was not built and what to do", () => {
  let loaded: unknown;
  try {
    loaded = loadPosixMq();
  } catch (error) {
    expect(error).toMatchObject({
      code: "NATIVE_PACKAGE_MISSING",
      nextStep: expect.stringContaining("pnpm rebuild posix-mq"),
    });
    return;
  }
  expect(typeof loaded).toBe("function");
});

test.skipIf(!isBuilt())("on a Node that posix-mq ends, it is refused before it can", () => {
  // The probe runs this program, which fails as a Node does that the package aborts.
  const seen = printed(`process.execPath = "/bin/false"; console.log(told(() => mq.usablePosixMq()))`);
  expect(seen).toBe(
    `NATIVE_PACKAGE_UNUSABLE: the native package posix-mq was built, but it ends the process on Node ${process.version}`,
  );
});

test.skipIf(!isBuilt())("in a worker thread posix-mq is refused, and libc serves", () => {
  const seen = printed(`
    import { Worker } from "node:worker_threads";
    const source = \`import("@ipc-playground/message-queues").then((mq) => {
      try { mq.openPosixMqQueue("/no-such-queue"); } catch (error) { console.log(error.code); }
      try { mq.openLibcQueue("/no-such-queue"); } catch (error) { console.log(error.code); }
    })\`;
    new Worker(source, { eval: true });`);
  expect(seen).toBe("NATIVE_PACKAGE_UNUSABLE\nNO_SUCH_QUEUE");
});
