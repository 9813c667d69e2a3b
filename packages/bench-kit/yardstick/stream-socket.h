/* What the yardsticks of connected streams share: send(2) and recv(2) that sleep. */
#include "yardstick.h"
#include <sys/socket.h>

static int ends[2]; /* A's and B's; the yardstick's open_channel() connects them */
static int mine;

/* Keep this side's end only, so that the other side's death is an end of the stream. */
static void take_side(enum side side) {
  mine = ends[side];
  close(ends[side == A ? B : A]);
}

static void send_all(const unsigned char *message, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = send(mine, message + done, size - done, MSG_NOSIGNAL);
    if (count < 0) fail("send");
    done += (size_t)count;
  }
}

static void receive_all(unsigned char *message, size_t size) {
  for (size_t have = 0; have < size;) {
    ssize_t count = recv(mine, message + have, size - have, 0);
    if (count < 0) fail("recv");
    if (count == 0) give_up("the other side closed the connection");
    have += (size_t)count;
  }
}

static void close_channel(void) {
  close(mine);
}
