/* The yardstick for TCP: one connection over loopback, TCP_NODELAY. tcp(7) */
#include "tcp-pair.h"

static void open_channel(void) {
  connect_ends(1);
}

static void send_message(const unsigned char *message, size_t size) {
  send_all(message, size);
}

static void receive_message(unsigned char *message, size_t size) {
  receive_all(message, size);
}
