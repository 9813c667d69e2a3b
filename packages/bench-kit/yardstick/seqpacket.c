/* The yardstick for Unix sockets of type seqpacket: socketpair(2). unix(7) */
#include "message-socket.h"

static void open_channel(void) {
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0) fail("socketpair");
}
