/* The yardstick for Unix stream sockets: socketpair(2). unix(7) */
#include "stream-socket.h"

static void open_channel(void) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) fail("socketpair");
}

static void send_message(const unsigned char *message, size_t size) {
  send_all(message, size);
}

static void receive_message(unsigned char *message, size_t size) {
  receive_all(message, size);
}
