export { DEFAULT_LIMITS, DEFAULT_PORT, type LimitName, LIMITS, type Limits } from "./limits.ts";
