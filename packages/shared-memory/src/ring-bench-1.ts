import { defineBench } from "@ipc-playground/bench-kit";
import { ringBench } from "./ring-bench.ts";

/** The same with every frame published by itself: what batches are worth. */
export default defineBench(ringBench("shm-ring-1", 1));
