import { testKilledDirector } from "@ipc-playground/lab-kit/suites";
import { findNative } from "@ipc-playground/signals";
import { signalDemos } from "@ipc-playground/signals/demos";

const compiled = findNative("receiver").kind === "ready";
const needC = ["nested", "safety", "thread", "values", "queue", "priority", "limit", "shell"];

// No signal outlives the process that it waits for.
const withoutObjects = Object.keys(signalDemos);
const able = Object.fromEntries(
  Object.entries(signalDemos).filter(([name]) => compiled || !needC.includes(name)),
);
const { numbers, status, ...others } = able;

testKilledDirector(others, { withoutObjects });

// Programs that are not the demo's own, short-lived ones; and in groups, an orphan.
testKilledDirector(pick("numbers", "status", "groups"), { when: "program", withoutObjects });

testKilledDirector(pick("merge", "uncatchable", "children", "queue", "priority", "limit"), {
  when: "stopped",
  withoutObjects,
});

function pick(...names: string[]): Record<string, URL> {
  return Object.fromEntries(Object.entries(able).filter(([name]) => names.includes(name)));
}
