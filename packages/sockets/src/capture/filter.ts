import type { FilterInstruction } from "@ipc-playground/libc";

/** As many bytes of a packet are kept. Whole headers, and enough of the data to read. */
export const SNAP_BYTES = 4_096;

// Classic BPF: class, size and mode of each instruction. Source: linux/bpf_common.h.
const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const LOAD_HALF_FROM_X = 0x48;
const X_IS_IP_HEADER_BYTES = 0xb1;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_ANY_BIT = 0x45;
const RETURN = 0x06;

/** The program that `tcpdump tcp port N` makes, IPv4 only: run by the kernel on every packet of the interface. */
export function tcpPortFilter(port: number): FilterInstruction[] {
  return [
    [LOAD_HALF, 0, 0, 12],
    [JUMP_IF_EQUAL, 0, 9, 0x0800],
    [LOAD_BYTE, 0, 0, 23],
    [JUMP_IF_EQUAL, 0, 7, 6],
    [LOAD_HALF, 0, 0, 20],
    // Fragments after the first have no ports.
    [JUMP_IF_ANY_BIT, 5, 0, 0x1fff],
    [X_IS_IP_HEADER_BYTES, 0, 0, 14],
    [LOAD_HALF_FROM_X, 0, 0, 14],
    [JUMP_IF_EQUAL, 3, 0, port],
    [LOAD_HALF_FROM_X, 0, 0, 16],
    [JUMP_IF_EQUAL, 1, 0, port],
    [RETURN, 0, 0, 0],
    [RETURN, 0, 0, SNAP_BYTES],
  ];
}
