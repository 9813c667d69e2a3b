/* The yardstick for a futex semaphore that nobody else uses: add one, take it again; no system call. futex(2) */
#define OPERATES 1
#include "futex-semaphore.h"

static void open_channel(void) { open_semaphores(1); }
static void take_side(enum side side) { (void)side; }

static void operate(uint32_t count) {
  while (count--) {
    post(semaphores);
    if (!try_take(semaphores)) give_up("what was added is not there");
  }
}

static int64_t operated(void) { return -1; }
static void close_channel(void) { munmap(semaphores, sizeof *semaphores); }
