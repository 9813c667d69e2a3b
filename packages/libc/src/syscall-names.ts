/**
 * The names of the system calls in which processes of this project may be found asleep.
 * Numbers differ between architectures. Source: asm/unistd_64.h, asm-generic/unistd.h.
 */
const NAMES: Record<string, Record<number, string>> = {
  x64: {
    0: "read",
    1: "write",
    7: "poll",
    20: "writev",
    23: "select",
    34: "pause",
    35: "nanosleep",
    45: "recvfrom",
    47: "recvmsg",
    61: "wait4",
    65: "semop",
    69: "msgsnd",
    70: "msgrcv",
    202: "futex",
    220: "semtimedop",
    230: "clock_nanosleep",
    232: "epoll_wait",
    242: "mq_timedsend",
    243: "mq_timedreceive",
    247: "waitid",
    257: "openat",
    271: "ppoll",
    281: "epoll_pwait",
  },
  arm64: {
    22: "epoll_pwait",
    56: "openat",
    63: "read",
    64: "write",
    66: "writev",
    73: "ppoll",
    95: "waitid",
    98: "futex",
    101: "nanosleep",
    115: "clock_nanosleep",
    182: "mq_timedsend",
    183: "mq_timedreceive",
    188: "msgrcv",
    189: "msgsnd",
    192: "semtimedop",
    193: "semop",
    207: "recvfrom",
    212: "recvmsg",
    260: "wait4",
  },
};

export const SYSCALL_NAMES: Readonly<Record<number, string>> = NAMES[process.arch] ?? {};
