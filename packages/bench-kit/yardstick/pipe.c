/* The yardstick for pipes: two pipes, one for each way, read(2) and write(2) that sleep. pipe(7) */
#include "yardstick.h"

static int there[2], back[2]; /* A writes into `there` and reads from `back` */
static int in, out;

static void open_channel(void) {
  if (pipe(there) < 0 || pipe(back) < 0) fail("pipe");
}

/* Keep the ends of this side only, so that the other side's death is an end-of-file. */
static void take_side(enum side side) {
  in = side == A ? back[0] : there[0];
  out = side == A ? there[1] : back[1];
  close(side == A ? there[0] : there[1]);
  close(side == A ? back[1] : back[0]);
}

static void send_message(const unsigned char *message, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = write(out, message + done, size - done);
    if (count < 0) fail("write");
    done += (size_t)count;
  }
}

static void receive_message(unsigned char *message, size_t size) {
  for (size_t have = 0; have < size;) {
    ssize_t count = read(in, message + have, size - have);
    if (count < 0) fail("read");
    if (count == 0) give_up("the other side closed the pipe");
    have += (size_t)count;
  }
}

static void close_channel(void) {
  close(in);
  close(out);
}
