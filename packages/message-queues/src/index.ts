export { loadPosixMq } from "./native.ts";
