import type { Crowd, Hello } from "./crowd.ts";

/** How many are on their way at any time: a backlog holds more. */
const AT_ONCE = 128;
/** Connections from one address; the next thousand come from the next one. */
const PER_ADDRESS = 1_000;

/** The address of the loopback network that this connection comes from. */
export function sourceOf(connection: number): string {
  return `127.0.0.${1 + (Math.floor(connection / PER_ADDRESS) % 250)}`;
}

/** Connect them all. Returns when each one's hello is answered; until then what else comes is given on as ever. */
export function enterAll(crowd: Crowd, hellos: readonly Omit<Hello, "from">[]): void {
  let [next, entered] = [0, 0];
  const { on } = crowd;
  const openNext = () => {
    const hello = hellos[next];
    if (hello !== undefined) crowd.open(next, { ...hello, from: sourceOf(next) });
    next++;
  };
  crowd.on = {
    ...on,
    entered: (who, midLine) => {
      on.entered?.(who, midLine);
      entered++;
      openNext();
    },
  };
  while (next < Math.min(AT_ONCE, hellos.length)) openNext();
  while (entered < hellos.length) crowd.turn();
  crowd.on = on;
}
