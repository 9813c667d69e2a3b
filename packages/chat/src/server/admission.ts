import { BlockList, isIPv6 } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import type { Limits } from "../limits.ts";
import { type Refusal, refusal } from "../protocol/refusal.ts";

/** Addresses that are forgotten about when nothing is known of them any more are looked for this often. */
const SWEEP_EVERY = 1_024;

type AddressLimits = Pick<Limits, "connectionsPerAddress" | "arrivalsPerAddress" | "arrivalsMs">;

interface Guest {
  live: number;
  /** When each of the latest came, the oldest first. */
  arrivals: number[];
}

/** Everybody on this machine has the same address: a limit for each would be one for all. */
export const LOOPBACK: readonly string[] = ["127.0.0.0/8", "::1/128"];

/** Who may come in, by their address. Time in milliseconds, passed in. */
export class Admission {
  readonly #limits: AddressLimits;
  readonly #exempt = new BlockList();
  readonly #known = new Map<string, Guest>();
  #arrivals = 0;

  /**
   * @param exempt Addresses or networks (`10.0.0.0/8`) for which there is no limit.
   * @throws {IpcError} BAD_ARGUMENT: an entry is neither.
   */
  constructor(limits: AddressLimits, exempt: readonly string[] = LOOPBACK) {
    this.#limits = limits;
    for (const entry of exempt) this.#exemptAlso(entry);
  }

  /** Somebody comes. `undefined`: welcome; {@link leave} is to be called when they go. */
  enter(address: string, now: number): Refusal | undefined {
    const plain = withoutMapping(address);
    if (this.#exempt.check(plain, isIPv6(plain) ? "ipv6" : "ipv4")) return undefined;
    if (++this.#arrivals % SWEEP_EVERY === 0) this.#forget(now);
    const { connectionsPerAddress, arrivalsPerAddress, arrivalsMs } = this.#limits;
    const guest = this.#guestOf(plain);
    while ((guest.arrivals[0] ?? now) < now - arrivalsMs) guest.arrivals.shift();
    if (guest.live >= connectionsPerAddress) {
      return refusal(
        "ADDRESS_LIMIT",
        `${guest.live} connections come from your address already`,
        "close one first",
      );
    }
    if (guest.arrivals.length >= arrivalsPerAddress) {
      const minutes = Math.ceil(arrivalsMs / 60_000);
      return refusal(
        "ADDRESS_LIMIT",
        `${guest.arrivals.length} connections came from your address within ${minutes} minutes`,
        "wait some minutes",
      );
    }
    guest.arrivals.push(now);
    guest.live++;
    return undefined;
  }

  /** Somebody who was let in is gone. */
  leave(address: string): void {
    const guest = this.#known.get(networkOf(withoutMapping(address)));
    if (guest !== undefined && guest.live > 0) guest.live--;
  }

  #exemptAlso(entry: string): void {
    const [address = "", bits] = entry.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    try {
      if (bits === undefined) this.#exempt.addAddress(address, family);
      else this.#exempt.addSubnet(address, Number(bits), family);
    } catch (cause) {
      throw new IpcError(
        "BAD_ARGUMENT",
        `${JSON.stringify(entry)} is no address and no network`,
        "write it as 10.0.0.1 or 10.0.0.0/8",
        { cause },
      );
    }
  }

  #guestOf(address: string): Guest {
    const network = networkOf(address);
    let guest = this.#known.get(network);
    if (guest === undefined) {
      guest = { live: 0, arrivals: [] };
      this.#known.set(network, guest);
    }
    return guest;
  }

  #forget(now: number): void {
    for (const [network, { live, arrivals }] of this.#known) {
      if (live === 0 && (arrivals.at(-1) ?? 0) < now - this.#limits.arrivalsMs) this.#known.delete(network);
    }
  }
}

/** `::ffff:10.0.0.1` is an IPv4 address as a socket for both families tells it. */
function withoutMapping(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** One IPv6 customer has a whole /64: the first four groups. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = (address.split("%")[0] as string).split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : new Array(8 - front.length - back.length).fill("0");
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
