/* The yardstick for a POSIX semaphore that nobody else uses: add one, take it again. sem_post(3) */
#define OPERATES 1
#include "yardstick.h"
#include <semaphore.h>

static sem_t *semaphore;

static void open_channel(void) {
  semaphore = mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (semaphore == MAP_FAILED) fail("mmap");
  if (sem_init(semaphore, 1, 0) < 0) fail("sem_init");
}

static void take_side(enum side side) { (void)side; }

static void operate(uint32_t count) {
  while (count--) {
    if (sem_post(semaphore) < 0) fail("sem_post");
    if (sem_trywait(semaphore) < 0) fail("sem_trywait");
  }
}

static int64_t operated(void) { return -1; }
static void close_channel(void) { munmap(semaphore, sizeof *semaphore); }
