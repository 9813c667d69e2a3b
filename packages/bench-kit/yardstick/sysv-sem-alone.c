/* The yardstick for a System V semaphore that nobody else uses: add one, take it again. semop(2) */
#define OPERATES 1
#include "sysv-set.h"

static void open_channel(void) { open_set(1, 0); }
static void take_side(enum side side) { (void)side; }

static void operate(uint32_t count) {
  while (count--) {
    change(0, 1, 0);
    change(0, -1, IPC_NOWAIT);
  }
}

static int64_t operated(void) { return -1; }
