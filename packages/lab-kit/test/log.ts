import type { IpcEvent } from "@ipc-playground/contract";

const MS = 1_000_000;

/** A reader waits for a writer; then the writer exits. Times in whole milliseconds. */
export const CONVERSATION: IpcEvent[] = [
  { t: 1_000 * MS, pid: 11, process: "reader", op: "start" },
  {
    t: 1_001 * MS,
    pid: 11,
    process: "reader",
    op: "read",
    object: "pipe:[7]",
    dur: 4 * MS,
    bytes: 5,
    flow: ["f1"],
  },
  { t: 1_002 * MS, pid: 12, process: "writer", op: "start" },
  {
    t: 1_004 * MS,
    pid: 12,
    process: "writer",
    op: "write",
    object: "pipe:[7]",
    dur: 0.02 * MS,
    bytes: 5,
    flow: ["f1"],
  },
  { t: 1_004.5 * MS, pid: 10, process: "director", op: "step", note: "The writer goes." },
  { t: 1_006 * MS, pid: 12, process: "writer", op: "exit", result: "status 0" },
];
