export { COUNTING_FLAGS } from "./allocations.ts";
export { CONTENDERS, PROGRAM } from "./contenders.ts";
export type { Answer, Contender, Job } from "./job.ts";
