/* Connect A's and B's ends over loopback. tcp(7) */
#include "stream-socket.h"
#include <netinet/in.h>
#include <netinet/tcp.h>

static void connect_ends(int no_delay) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  ends[A] = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || ends[A] < 0) fail("socket");
  if (bind(listener, (struct sockaddr *)&address, length) < 0) fail("bind");
  if (listen(listener, 1) < 0) fail("listen");
  if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
  if (connect(ends[A], (struct sockaddr *)&address, length) < 0) fail("connect");
  if ((ends[B] = accept(listener, NULL, NULL)) < 0) fail("accept");
  for (enum side side = A; side <= B; side++)
    if (setsockopt(ends[side], IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay) < 0) fail("setsockopt");
  close(listener);
}
