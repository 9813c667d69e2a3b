export type {
  ArriveJob,
  ArriveRun,
  BothUsages,
  BroadcastJob,
  BroadcastRun,
  IdleJob,
  Job,
  Usage,
} from "./job.ts";
export { type Launched, type LaunchOptions, launch } from "./launch.ts";
export { SHORTEST_TEXT_BYTES } from "./load/numbered-lines.ts";
export { type Available, find, SERVERS, type ServerName } from "./servers.ts";
