import { IpcError } from "@ipc-playground/contract";
import type { MappedMemory } from "@ipc-playground/libc";

/** A kind of TypedArray: `Uint8Array`, `Int32Array`, `BigInt64Array`, … */
export interface ViewType<V> {
  new (buffer: ArrayBuffer, byteOffset: number, length: number): V;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * Memory that other processes see as well. What one writes, the others read: nothing is copied, and
 * nothing says when. It is the same API whatever made it.
 */
export interface SharedMemory extends Disposable {
  /** For logs: `shm:[7]`, the kernel's number for it, the same in every process. */
  readonly name: string;
  readonly bytes: number;
  /** Where it lies in this process. In another process it lies elsewhere: pointers cannot be shared. */
  readonly address: bigint;
  /**
   * The memory itself. Atomics work on it, except `Atomics.wait` and `notify`: use a futex.
   *
   * @throws {IpcError} ALREADY_CLOSED
   */
  readonly buffer: ArrayBuffer;
  /**
   * A typed view of `length` elements from `byteOffset` on; without `length`, of all that fit. When the
   * memory is closed the view is empty: a late read gives `undefined`, a late Atomics call throws.
   *
   * @throws {IpcError} BAD_ARGUMENT: out of bounds, or not aligned to the element's size.
   * @throws {IpcError} ALREADY_CLOSED
   */
  view<V>(Type: ViewType<V>, byteOffset?: number, length?: number): V;
  /** Let go of it in this process. The memory stays for the others. Twice is harmless. */
  close(): void;
}

/** A piece of shared memory that this process has mapped, until it is closed. */
export class Mapping implements SharedMemory {
  readonly name: string;
  readonly bytes: number;
  readonly address: bigint;
  readonly #buffer: ArrayBuffer;
  readonly #release: () => void;
  #closed = false;

  /** @param release Unmaps the memory, its views first. */
  constructor(name: string, memory: MappedMemory, release: () => void) {
    this.name = name;
    this.bytes = memory.buffer.byteLength;
    this.address = memory.address;
    this.#buffer = memory.buffer;
    this.#release = release;
  }

  get buffer(): ArrayBuffer {
    if (this.#closed) {
      throw new IpcError(
        "ALREADY_CLOSED",
        `the shared memory ${this.name} is closed in this process`,
        "use it before close(), or open it again",
      );
    }
    return this.#buffer;
  }

  view<V>(Type: ViewType<V>, byteOffset = 0, length?: number): V {
    const { buffer } = this;
    const size = Type.BYTES_PER_ELEMENT;
    const elements = length ?? Math.floor((this.bytes - byteOffset) / size);
    const whole = [byteOffset, elements].every((n) => Number.isSafeInteger(n) && n >= 0);
    if (!whole || byteOffset + elements * size > this.bytes) {
      throw badView(
        `${length ?? "all"} elements of ${size} bytes from byte ${byteOffset} on are not within the ${this.bytes} bytes of ${this.name}`,
        "take an offset and a length inside it",
      );
    }
    if (byteOffset % size !== 0) {
      throw badView(
        `an element of ${size} bytes cannot begin at byte ${byteOffset} of ${this.name}`,
        `begin at a multiple of ${size}`,
      );
    }
    return new Type(buffer, byteOffset, elements);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function badView(fact: string, nextStep: string): IpcError {
  return new IpcError("BAD_ARGUMENT", fact, nextStep);
}
