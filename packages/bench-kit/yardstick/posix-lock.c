/* The yardstick for a POSIX semaphore as a lock that both sides want. sem_overview(7) */
#define OPERATES 2
#include "yardstick.h"
#include <semaphore.h>

static struct {
  sem_t lock;
  _Alignas(128) volatile int32_t counter;
} *shared;

static void open_channel(void) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) fail("mmap");
  if (sem_init(&shared->lock, 1, 1) < 0) fail("sem_init");
}

static void take_side(enum side side) { (void)side; }

static void operate(uint32_t count) {
  while (count--) {
    while (sem_wait(&shared->lock) < 0)
      if (errno != EINTR) fail("sem_wait");
    shared->counter = shared->counter + 1;
    if (sem_post(&shared->lock) < 0) fail("sem_post");
  }
}

static int64_t operated(void) { return shared->counter; }
static void close_channel(void) { munmap(shared, sizeof *shared); }
