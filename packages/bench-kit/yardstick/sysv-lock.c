/* The yardstick for a System V semaphore as a lock that both sides want, with SEM_UNDO. semop(2) */
#define OPERATES 2
#include "sysv-set.h"

static volatile int32_t *counter;

static void open_channel(void) {
  open_set(1, 1);
  if (!counter) counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (counter == MAP_FAILED) fail("mmap");
  *counter = 0;
}

static void take_side(enum side side) { (void)side; }

static void operate(uint32_t count) {
  while (count--) {
    change(0, -1, SEM_UNDO);
    *counter = *counter + 1;
    change(0, 1, SEM_UNDO);
  }
}

static int64_t operated(void) { return *counter; }
