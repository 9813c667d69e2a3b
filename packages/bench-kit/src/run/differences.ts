import type { Machine } from "./machine.ts";

/** What of two machines would make their numbers incomparable, each as `Node: 20.1.0, 22.0.0`. */
export function differencesOf(x: Machine, y: Machine): string[] {
  const facts = {
    processor: "cpu",
    cores: "cores",
    kernel: "kernel",
    Node: "node",
    architecture: "arch",
  } as const;
  return Object.entries(facts).flatMap(([name, key]) =>
    x[key] === y[key] ? [] : [`${name}: ${x[key]}, ${y[key]}`],
  );
}
