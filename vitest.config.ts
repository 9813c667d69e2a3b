import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // koffi's types and the native packages are per process; they do not load in worker threads.
    pool: "forks",
    testTimeout: 60_000,
    // As vitest.setup.ts has it for vi.waitFor, whose own default is one second too.
    expect: { poll: { timeout: 15_000 } },
    setupFiles: [fileURLToPath(new URL("vitest.setup.ts", import.meta.url))],
    reporters: ["default", "json"],
    outputFile: { json: ".results/tests.json" },
  },
});
