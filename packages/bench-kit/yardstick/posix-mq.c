/*
 * The yardstick for POSIX message queues: two queues, one for each way, mq_send(3) and mq_receive(3)
 * that sleep. mq_overview(7)
 */
#include "yardstick.h"
#include <fcntl.h>
#include <mqueue.h>

static mqd_t there, back; /* A sends into `there` and receives from `back` */
static mqd_t in, out;

/* As many messages as a user without privilege may have in a queue. */
static long most_messages(void) {
  long most = 10;
  FILE *file = fopen("/proc/sys/fs/mqueue/msg_max", "r");
  if (file) {
    if (fscanf(file, "%ld", &most) != 1) most = 10;
    fclose(file);
  }
  return most;
}

/* The name is gone at once, so that nothing is left however this ends: the descriptors keep the queue. */
static mqd_t open_nameless(const char *which) {
  char name[64];
  snprintf(name, sizeof name, "/ipc-playground-yardstick-%d-%s", (int)getpid(), which);
  struct mq_attr attr = {.mq_maxmsg = most_messages(), .mq_msgsize = (long)(size ? size : 1)};
  mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
  if (queue == (mqd_t)-1) fail("mq_open");
  mq_unlink(name);
  return queue;
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
  if (mq_send(out, (const char *)message, size, 0) < 0) fail("mq_send");
}

static void receive_message(unsigned char *message, size_t size) {
  /* The buffer must have room for the longest message that the queue may hold, which is `size`. */
  ssize_t count = mq_receive(in, (char *)message, size ? size : 1, NULL);
  if (count < 0) fail("mq_receive");
  if ((size_t)count != size) give_up("a message of another length came");
}

static void close_channel(void) {
  mq_close(in);
  mq_close(out);
}
