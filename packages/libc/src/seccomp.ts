import { bind, withErrno } from "./binding.ts";
import { ERRNO } from "./errno.ts";
import type { MappedMemory } from "./memory.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, mmap } from "./mmap.ts";
import { SYSCALL_NAMES } from "./syscall-names.ts";

const c = {
  prctl: bind<(option: number, argument: number, address: bigint, zero: number, zero2: number) => number>(
    "int prctl(int option, unsigned long arg2, intptr_t arg3, unsigned long arg4, unsigned long arg5)",
  ),
};

// Source: linux/prctl.h, linux/seccomp.h, linux/bpf_common.h.
const PR_SET_NO_NEW_PRIVS = 38;
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2;
const RET_ERRNO = 0x0005_0000;
const RET_ALLOW = 0x7fff_0000;
/** BPF: load a word of the call's data, keep some bits of it, compare it and jump, return. */
const LOAD_WORD = 0x20;
const AND = 0x54;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
// In `struct seccomp_data`: the call's number, and the two halves of its first argument.
const CALL_NUMBER = 0;
const FIRST_ARGUMENT_LOW = 16;
const FIRST_ARGUMENT_HIGH = 20;
const PAGE_BYTES = 4096;

/**
 * From now on the kernel refuses these calls of this thread with EPERM, until the thread ends; of
 * futex(2), only those on a word in the first page of `memory`, because Node has locks of its own.
 * Mind that libc ends the process when a lock of its own is refused. Returns 0 or `-errno`. seccomp(2)
 */
export function forbidCalls(names: readonly string[], memory: MappedMemory): number {
  const numbers = Object.entries(SYSCALL_NAMES).filter(([, name]) => names.includes(name));
  const program = numbers.flatMap(([number, name]) =>
    refuse(Number(number), name === "futex" ? memory.address : undefined),
  );
  const mapping = mmap(-1, PAGE_BYTES, { flags: MAP_PRIVATE | MAP_ANONYMOUS });
  if (typeof mapping === "number") return mapping;
  writeFilter(mapping, [...program, [RETURN, 0, 0, RET_ALLOW]]);
  const first = withErrno(c.prctl(PR_SET_NO_NEW_PRIVS, 1, 0n, 0, 0));
  if (first < 0) return first;
  return withErrno(c.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, mapping.address, 0, 0));
}

/** `struct sock_fprog` in front, the instructions behind it: in mapped memory, because it holds an address. */
function writeFilter({ address, buffer }: MappedMemory, filter: readonly Instruction[]): void {
  const view = new DataView(buffer);
  view.setUint16(0, filter.length, true);
  view.setBigUint64(8, address + 16n, true);
  for (const [i, [code, ifTrue, ifFalse, value]] of filter.entries()) {
    view.setUint16(16 + i * 8, code, true);
    view.setUint8(18 + i * 8, ifTrue);
    view.setUint8(19 + i * 8, ifFalse);
    view.setUint32(20 + i * 8, value, true);
  }
}

/** One instruction of a filter: code, jump if true, jump if false, value. `struct sock_filter` */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

function refuse(number: number, page?: bigint): Instruction[] {
  const no: Instruction = [RETURN, 0, 0, RET_ERRNO | (ERRNO.EPERM as number)];
  const load: Instruction = [LOAD_WORD, 0, 0, CALL_NUMBER];
  if (page === undefined) return [load, [JUMP_IF_EQUAL, 0, 1, number], no];
  return [
    load,
    [JUMP_IF_EQUAL, 0, 6, number],
    [LOAD_WORD, 0, 0, FIRST_ARGUMENT_HIGH],
    [JUMP_IF_EQUAL, 0, 4, Number(page >> 32n)],
    [LOAD_WORD, 0, 0, FIRST_ARGUMENT_LOW],
    [AND, 0, 0, -PAGE_BYTES >>> 0],
    [JUMP_IF_EQUAL, 0, 1, Number(page & 0xffff_ffffn)],
    no,
  ];
}
