import { memfd, posix, sysv, whyNotPackage } from "./kinds.ts";
import { testSharedMemory } from "./memory-suite.ts";

testSharedMemory("POSIX shared memory", posix);
testSharedMemory("memfd", memfd);
testSharedMemory("System V by libc", sysv("libc"));
testSharedMemory("System V by shm-typed-array", sysv("shm-typed-array"), whyNotPackage());
