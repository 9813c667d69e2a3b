import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release } from "node:os";

/** Everything about the machine and the software that a reader of a number would ask for. */
export interface Machine {
  cpu: string;
  cores: number;
  kernel: string;
  /** The processor says that it runs under a hypervisor. `null`: not known. */
  virtual: boolean | null;
  /** How the kernel chooses the clock rate. `null`: not readable, as in most virtual machines. */
  governor: string | null;
  clocksource: string | null;
  node: string;
  v8: string;
  arch: string;
  /** The commit that this code was built in; `null` outside a repository. */
  commit: string | null;
}

export function machine(): Machine {
  const flags = readOrNull("/proc/cpuinfo")?.match(/^(?:flags|Features)\s*:(.*)$/m)?.[1];
  const system = "/sys/devices/system";
  return {
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    kernel: release(),
    // Only x86 has the flag; elsewhere its absence says nothing.
    virtual: flags === undefined || process.arch !== "x64" ? null : /\bhypervisor\b/.test(flags),
    governor: readOrNull(`${system}/cpu/cpu0/cpufreq/scaling_governor`),
    clocksource: readOrNull(`${system}/clocksource/clocksource0/current_clocksource`),
    node: process.versions.node,
    v8: process.versions.v8,
    arch: process.arch,
    commit: commit(),
  };
}

/** What a report says of it: `A processor, 2 cores · virtual machine · Linux 6.1 · Node 20.19`. */
export function machineText({
  cpu,
  cores,
  virtual,
  kernel,
  node,
}: Pick<Machine, "cpu" | "cores" | "virtual" | "kernel" | "node">): string {
  return [
    `${cpu}, ${cores} ${cores === 1 ? "core" : "cores"}`,
    ...(virtual ? ["virtual machine"] : []),
    `Linux ${kernel}`,
    `Node ${node}`,
  ].join(" · ");
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

function commit(): string | null {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
}
