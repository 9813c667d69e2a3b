import { runDemo } from "@ipc-playground/lab-kit/runner";

await runDemo(new URL("./unrelated.mjs", import.meta.url));
