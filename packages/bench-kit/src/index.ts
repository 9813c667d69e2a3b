export {
  type Bench,
  type BenchSpec,
  type Channel,
  type ChannelEnd,
  defineBench,
  type EventLoopEndpoint,
  MEASURES,
  type Measure,
  MODES,
  type Mode,
  modesOf,
  type Side,
  type SyncEndpoint,
} from "./bench.ts";
export { type Deliver, wholeMessages } from "./whole-messages.ts";
