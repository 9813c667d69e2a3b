import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // koffi's types and the native packages are per process; they do not load in worker threads.
    pool: "forks",
    testTimeout: 30_000,
    reporters: ["default", "json"],
    outputFile: { json: ".results/tests.json" },
  },
});
