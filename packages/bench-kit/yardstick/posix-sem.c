/* The yardstick for hand-over by POSIX semaphores: two named ones, one for each way. sem_overview(7) */
#include "yardstick.h"
#include <fcntl.h>
#include <semaphore.h>

static sem_t *there, *back; /* A posts `there` and waits at `back` */
static sem_t *in, *out;

/* The name is gone at once, so that nothing is left however this ends: the mappings keep the semaphore. */
static sem_t *open_nameless(const char *which) {
  char name[64];
  snprintf(name, sizeof name, "/ipc-playground-yardstick-%d-%s", (int)getpid(), which);
  sem_t *semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
  if (semaphore == SEM_FAILED) fail("sem_open");
  sem_unlink(name);
  return semaphore;
}

static void open_channel(void) {
  there = open_nameless("there");
  back = open_nameless("back");
}

static void take_side(enum side side) {
  in = side == A ? back : there;
  out = side == A ? there : back;
}

static void send_message(const unsigned char *message, size_t size) {
  (void)message;
  (void)size; /* always 0: a semaphore only notifies */
  if (sem_post(out) < 0) fail("sem_post");
}

static void receive_message(unsigned char *message, size_t size) {
  (void)message;
  (void)size;
  while (sem_wait(in) < 0)
    if (errno != EINTR) fail("sem_wait");
}

static void close_channel(void) {
  sem_close(there);
  sem_close(back);
}
