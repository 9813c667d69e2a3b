/* The yardstick for UDP: two sockets over loopback, connected with each other. udp(7) */
#include "message-socket.h"
#include <netinet/in.h>

static void open_channel(void) {
  struct sockaddr_in addresses[2];
  socklen_t length = sizeof addresses[0];
  for (enum side side = A; side <= B; side++) {
    addresses[side] = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *address = (struct sockaddr *)&addresses[side];
    if ((ends[side] = socket(AF_INET, SOCK_DGRAM, 0)) < 0) fail("socket");
    if (bind(ends[side], address, length) < 0) fail("bind");
    if (getsockname(ends[side], address, &length) < 0) fail("getsockname");
  }
  for (enum side side = A; side <= B; side++) {
    struct sockaddr *peer = (struct sockaddr *)&addresses[side == A ? B : A];
    if (connect(ends[side], peer, length) < 0) fail("connect");
  }
}
