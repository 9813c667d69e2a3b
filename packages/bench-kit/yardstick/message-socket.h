/* What the yardsticks of sockets with messages share: each goes whole, and send(2) and recv(2) sleep. */
#include "yardstick.h"
#include <sys/socket.h>

static int ends[2]; /* A's and B's; the yardstick's open_channel() connects them */
static int mine;

static void take_side(enum side side) {
  mine = ends[side];
  close(ends[side == A ? B : A]);
}

static void send_message(const unsigned char *message, size_t size) {
  if (send(mine, message, size, MSG_NOSIGNAL) < 0) fail("send");
}

static void receive_message(unsigned char *message, size_t size) {
  ssize_t count = recv(mine, message, size, MSG_TRUNC);
  if (count < 0) fail("recv");
  if ((size_t)count != size) give_up("a message of another length came, or the end");
}

static void close_channel(void) {
  close(mine);
}
