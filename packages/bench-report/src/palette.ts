import type { Named } from "./named.ts";

/** How a mechanism looks, in every picture of a report. */
export interface Look {
  color: string;
  /** A name of ECharts': what tells mechanisms of one family apart without colour. */
  symbol: string;
  /** Only the border of the mark is drawn. */
  hollow: boolean;
}

interface Family {
  hue: string;
  members: readonly string[];
}

/**
 * Mechanisms that are alike have one hue. The hues are Okabe and Ito's, which people with any kind of
 * colour vision tell apart; yellow and black are left out, because they vanish on white and on black.
 *
 * Source: Masataka Okabe and Kei Ito, "Color Universal Design", 2008
 */
const FAMILIES: readonly Family[] = [
  { hue: "#0072b2", members: ["pipe", "fifo"] },
  { hue: "#009e73", members: ["sysv-mq", "posix-mq"] },
  { hue: "#d55e00", members: ["shm-ring", "shm-slot", "shm-ring-1"] },
  {
    hue: "#cc79a7",
    members: [
      ...["futex", "posix-sem", "sysv-sem", "eventfd"],
      ...["futex-alone", "posix-sem-alone", "sysv-sem-alone", "futex-lock", "posix-lock", "sysv-lock"],
    ],
  },
  { hue: "#8a8f98", members: ["signal", "rtsignal"] },
  { hue: "#56b4e9", members: ["unix-stream", "unix-datagram", "seqpacket"] },
  { hue: "#e69f00", members: ["tcp-nodelay", "tcp-nagle", "udp", "epoll"] },
];

/** What is no mechanism of the kernel; and after these, whatever is not listed at all. */
const OTHERS: Family = {
  hue: "#9467bd",
  members: ["process-send-json", "process-send-advanced", "worker-message", "worker-shared", "zeromq"],
};

const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
/** How much of white (above zero) or black (below) is mixed in, member by member. */
const SHADES = [0, 0.35, -0.3, 0.18, -0.15, 0.5, -0.42];

/** The look of each mechanism that these results know. */
export function palette(files: readonly Named[]): Map<string, Look> {
  const known = new Set([...FAMILIES, OTHERS].flatMap(({ members }) => members));
  const measured = files.flatMap(({ result }) =>
    [...result.launches, ...result.failures].map(({ mechanism }) => mechanism),
  );
  const unknown = [...new Set(measured)].filter((name) => !known.has(name)).sort();
  const families = [...FAMILIES, { ...OTHERS, members: [...OTHERS.members, ...unknown] }];
  return new Map(families.flatMap(({ hue, members }) => members.map((name, i) => [name, look(hue, i)])));
}

function look(hue: string, member: number): Look {
  const nth = <T>(list: readonly T[]) => list[member % list.length] as T;
  const hollow = member % (2 * SYMBOLS.length) >= SYMBOLS.length;
  return { color: shaded(hue, nth(SHADES)), symbol: nth(SYMBOLS), hollow };
}

function shaded(hue: string, share: number): string {
  const target = share > 0 ? 255 : 0;
  const parts = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hue.slice(at, at + 2), 16);
    return Math.round(part + (target - part) * Math.abs(share));
  });
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
