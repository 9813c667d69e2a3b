/* The yardstick for eventfd: two of them, one for each way. A read(2) sleeps, or with --mode spin asks again. eventfd(2) */
#include "yardstick.h"
#include <sys/eventfd.h>

static int there, back; /* A writes to `there` and reads from `back` */
static int in, out;

static void open_channel(void) {
  int flags = strcmp(mode, "spin") == 0 ? EFD_NONBLOCK : 0;
  if ((there = eventfd(0, flags)) < 0 || (back = eventfd(0, flags)) < 0) fail("eventfd");
}

static void take_side(enum side side) {
  in = side == A ? back : there;
  out = side == A ? there : back;
}

static void send_message(const unsigned char *message, size_t size) {
  (void)message;
  (void)size; /* always 0: an eventfd only notifies */
  uint64_t one = 1;
  if (write(out, &one, sizeof one) < 0) fail("write");
}

static void receive_message(unsigned char *message, size_t size) {
  (void)message;
  (void)size;
  uint64_t taken;
  while (read(in, &taken, sizeof taken) < 0)
    if (errno != EAGAIN && errno != EINTR) fail("read");
  if (taken != 1) give_up("several notifications were taken as one");
}

static void close_channel(void) {
  close(there);
  close(back);
}
