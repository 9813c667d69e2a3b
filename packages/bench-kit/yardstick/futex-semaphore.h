/* A counting semaphore on two words of shared memory, as the one in TypeScript: value, and how many sleep. */
#include "yardstick.h"

struct semaphore {
  _Alignas(128) _Atomic int32_t value;
  _Atomic int32_t sleepers;
};

static struct semaphore *semaphores;

static void open_semaphores(size_t count) {
  semaphores = mmap(NULL, count * sizeof *semaphores, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (semaphores == MAP_FAILED) fail("mmap");
}

static inline int try_take(struct semaphore *s) {
  int32_t value = atomic_load(&s->value);
  while (value > 0)
    if (atomic_compare_exchange_weak(&s->value, &value, value - 1)) return 1;
  return 0;
}

static inline void take(struct semaphore *s) {
  while (!try_take(s)) {
    atomic_fetch_add(&s->sleepers, 1);
    syscall(SYS_futex, &s->value, FUTEX_WAIT, 0, NULL, NULL, 0);
    atomic_fetch_sub(&s->sleepers, 1);
  }
}

static inline void post(struct semaphore *s) {
  atomic_fetch_add(&s->value, 1);
  if (atomic_load(&s->sleepers) > 0) syscall(SYS_futex, &s->value, FUTEX_WAKE, 1, NULL, NULL, 0);
}
