/*
 * The yardstick for a futex lock that both sides want: Drepper's second mutex, "Futexes Are Tricky".
 * 0: free; 1: taken; 2: taken, and somebody may sleep. futex(2)
 */
#define OPERATES 2
#include "yardstick.h"

static struct {
  _Atomic int32_t lock;
  _Alignas(128) volatile int32_t counter;
} *shared;

static void open_channel(void) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) fail("mmap");
}

static void take_side(enum side side) { (void)side; }

static inline void take(void) {
  int32_t seen = 0;
  if (atomic_compare_exchange_strong(&shared->lock, &seen, 1)) return;
  while (atomic_exchange(&shared->lock, 2) != 0)
    syscall(SYS_futex, &shared->lock, FUTEX_WAIT, 2, NULL, NULL, 0);
}

static inline void release(void) {
  if (atomic_exchange(&shared->lock, 0) == 2) syscall(SYS_futex, &shared->lock, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void operate(uint32_t count) {
  while (count--) {
    take();
    shared->counter = shared->counter + 1;
    release();
  }
}

static int64_t operated(void) { return shared->counter; }
static void close_channel(void) { munmap(shared, sizeof *shared); }
