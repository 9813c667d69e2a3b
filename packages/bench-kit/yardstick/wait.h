/*
 * How the yardsticks of shared memory wait for a word of the other process: by `mode`, as
 * packages/shared-memory/src/ring-wait.ts does, where the proof stands that no wake-up is lost.
 */
#ifndef WAIT_H
#define WAIT_H

typedef _Atomic uint32_t word_t;

enum { HYBRID_LOOKS = 20000 }; /* some 20 us, which 2,000 looks take in JavaScript */

/* C has no Atomics.load call to make: a bare load, with no pause, notices the change soonest. */
static uint32_t look(word_t *word, uint32_t seen, long looks) {
  uint32_t now;
  do now = atomic_load(word);
  while (now == seen && --looks);
  return now;
}

static int mode_is(const char *name) { return strcmp(mode, name) == 0; }

/* Returns what the word holds, which is not `seen`. */
static uint32_t wait_for_change(word_t *word, uint32_t seen, word_t *sleeps) {
  static long looks = -1;
  if (looks < 0) looks = mode_is("spin") ? 0 : mode_is("hybrid") ? HYBRID_LOOKS : 1; /* 0: for ever */
  uint32_t now = look(word, seen, looks);
  if (now != seen) return now;
  atomic_store(sleeps, 1);
  while ((now = atomic_load(word)) == seen) syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0);
  atomic_store(sleeps, 0);
  return now;
}

static void publish(word_t *word, uint32_t value, word_t *sleeps) {
  atomic_store(word, value);
  if (atomic_load(sleeps)) syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}
#endif
