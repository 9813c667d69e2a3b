/* A System V semaphore set for yardsticks: made before the fork, removed when A and B are gone. */
#include "yardstick.h"
#include <sys/sem.h>

static int set, guard; /* the guard's end of a pipe: open as long as A or B lives */

/*
 * A set outlives everybody, and this program may be killed at any time. So a process in a session of
 * its own waits until A and B are gone, however they went, and removes it.
 */
static void open_set(int count, unsigned short first_value) {
  int ends[2];
  set = semget(IPC_PRIVATE, count, IPC_CREAT | 0600); /* the kernel sets the values to 0 */
  if (set < 0) fail("semget");
  if (pipe(ends) < 0) fail("pipe");
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    char byte;
    setsid();
    close(ends[1]);
    close(STDOUT_FILENO); /* or whoever reads it would wait for us */
    close(STDERR_FILENO);
    while (read(ends[0], &byte, 1) < 0 && errno == EINTR);
    semctl(set, 0, IPC_RMID);
    _exit(0);
  }
  close(ends[0]);
  guard = ends[1];
  if (first_value && semctl(set, 0, SETVAL, (int)first_value) < 0) fail("semctl");
}

static void change(unsigned short index, short by, short flags) {
  struct sembuf operation = {index, by, flags};
  while (semop(set, &operation, 1) < 0)
    if (errno != EINTR) fail("semop");
}

static void close_channel(void) { close(guard); }
