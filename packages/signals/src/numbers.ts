import { constants } from "node:os";
import { IpcError } from "@ipc-playground/contract";
import { realtimeRange, STANDARD_SIGNALS } from "./limits.ts";

/** A signal by number, or by name: `"SIGUSR2"`, `"USR2"`, `"SIGRTMIN+1"`, `"RTMAX-2"`. */
export type Signal = number | string;

const numbers = new Map<string, number>(Object.entries(constants.signals));
const names = new Map<number, string>();
// SIGABRT and SIGIOT are one number, as are SIGIO and SIGPOLL: the first name wins.
for (const [name, number] of numbers) if (!names.has(number)) names.set(number, name);

/**
 * The number of a signal.
 *
 * @throws {IpcError} BAD_ARGUMENT: there is no such signal here.
 * @see signal(7)
 */
export function signalNumber(signal: Signal): number {
  const { lowest, highest } = realtimeRange();
  const number = typeof signal === "number" ? signal : numberOf(signal.toUpperCase(), lowest, highest);
  const known =
    Number.isInteger(number) &&
    ((number >= 1 && number <= STANDARD_SIGNALS) || (number >= lowest && number <= highest));
  if (known) return number;
  throw new IpcError(
    "BAD_ARGUMENT",
    `there is no signal ${typeof signal === "number" ? signal : JSON.stringify(signal)}`,
    `standard signals are 1 to ${STANDARD_SIGNALS}, realtime signals ${lowest} to ${highest} (SIGRTMIN to SIGRTMAX); \`kill -l\` lists them`,
  );
}

function numberOf(name: string, lowest: number, highest: number): number {
  const [, realtime, sign, offset] = /^(?:SIG)?RT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name) ?? [];
  if (realtime !== undefined) {
    const number = (realtime === "MIN" ? lowest : highest) + Number(`${sign ?? "+"}${offset ?? 0}`);
    return number >= lowest && number <= highest ? number : Number.NaN;
  }
  return numbers.get(name.startsWith("SIG") ? name : `SIG${name}`) ?? Number.NaN;
}

/** The name of a signal: 12 is `"SIGUSR2"`, 35 is `"SIGRTMIN+1"`. A number without a name is itself. */
export function signalName(number: number): string {
  const { lowest, highest } = realtimeRange();
  if (number === lowest) return "SIGRTMIN";
  if (number > lowest && number <= highest) return `SIGRTMIN+${number - lowest}`;
  return names.get(number) ?? `signal ${number}`;
}
