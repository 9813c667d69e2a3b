import { loadNative } from "../native.ts";

/** The functions of native/handlers.c. */
export function bindHandlers() {
  const library = loadNative("handlers");
  return {
    traceSignal: library.bind<(signal: number, flags: number, others: number) => number>(
      "int trace_signal(int signal, int flags, int others)",
    ),
    traceBegin: library.bind<(again: number) => void>("void trace_begin(int again)"),
    traceText: library.bind<() => string>("const char *trace_text(void)"),
    workWithTimer: library.bind<(safe: number, count: number, intervalMicros: number) => number>(
      "int work_with_timer(int safe, int count, int interval_us)",
    ),
  };
}
