import { runDemo } from "@ipc-playground/lab-kit/runner";

await runDemo(new URL("./hangs.mjs", import.meta.url));
