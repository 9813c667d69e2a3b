/* The yardstick for FIFOs: two FIFOs, one for each way, read(2) and write(2) that sleep. fifo(7) */
#include "yardstick.h"

#include <fcntl.h>
#include <sys/stat.h>

static int there, back; /* O_PATH: A writes into `there` and reads from `back` */
static int in, out;

/* The path is gone again before anybody can be killed with it; /proc/self/fd/N leads to the same FIFO. */
static int make_fifo(void) {
  char folder[4096], path[4096 + 8];
  const char *tmp = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%s/yardstick-XXXXXX", tmp ? tmp : "/tmp");
  if (!mkdtemp(folder)) fail("mkdtemp");
  snprintf(path, sizeof path, "%s/fifo", folder);
  if (mkfifo(path, 0600) < 0) fail("mkfifo");
  int fifo = open(path, O_PATH | O_CLOEXEC);
  if (fifo < 0) fail("open");
  if (unlink(path) < 0 || rmdir(folder) < 0) fail("unlink");
  return fifo;
}

static int open_end(int fifo, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fifo);
  int end = open(path, flags);
  if (end < 0) fail("open");
  return end;
}

static void open_channel(void) {
  there = make_fifo();
  back = make_fifo();
}

/* Each open waits for the other side's: both sides have to open `there` first. */
static void take_side(enum side side) {
  if (side == A) out = open_end(there, O_WRONLY);
  else in = open_end(there, O_RDONLY);
  if (side == A) in = open_end(back, O_RDONLY);
  else out = open_end(back, O_WRONLY);
  close(there);
  close(back);
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
    if (count == 0) give_up("the other side closed the FIFO");
    have += (size_t)count;
  }
}

static void close_channel(void) {
  close(in);
  close(out);
}
