export { loadShmTypedArray } from "./native.ts";
