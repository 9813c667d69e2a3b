/*
 * The yardstick for System V message queues: one queue, a type for each way, msgsnd(2) and msgrcv(2)
 * that sleep. sysvipc(7)
 */
#include "yardstick.h"
#include <sys/ipc.h>
#include <sys/msg.h>

enum { TO_B = 1, TO_A = 2 };

static int queue, guard; /* the guard's end of a pipe: open as long as A or B lives */
static long in, out;
static struct {
  long type;
  unsigned char text[];
} *buffer;

/*
 * A System V queue outlives everybody, and this program may be killed at any time. So a process in a
 * session of its own waits until A and B are gone, however they went, and removes the queue.
 */
static void remove_when_all_are_gone(void) {
  int ends[2];
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
    msgctl(queue, IPC_RMID, NULL);
    _exit(0);
  }
  close(ends[0]);
  guard = ends[1];
}

static void open_channel(void) {
  queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
  if (queue < 0) fail("msgget");
  remove_when_all_are_gone();
  buffer = realloc(buffer, sizeof *buffer + size);
  if (!buffer) fail("realloc");
}

static void take_side(enum side side) {
  in = side == A ? TO_A : TO_B;
  out = side == A ? TO_B : TO_A;
}

static void send_message(const unsigned char *message, size_t size) {
  buffer->type = out;
  memcpy(buffer->text, message, size);
  if (msgsnd(queue, buffer, size, 0) < 0) fail("msgsnd");
}

static void receive_message(unsigned char *message, size_t size) {
  ssize_t count = msgrcv(queue, buffer, size, in, 0);
  if (count < 0) fail("msgrcv");
  if ((size_t)count != size) give_up("a message of another length came");
  memcpy(message, buffer->text, size);
}

/* In A this comes when B has its last message. In B, a queue that A has not read empty yet must stay. */
static void close_channel(void) {
  close(guard);
}
