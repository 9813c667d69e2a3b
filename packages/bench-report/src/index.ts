export type { Named } from "./named.ts";
