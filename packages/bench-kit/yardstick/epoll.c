/*
 * The yardstick for a server on epoll: A is a client that sleeps in recv(2), B waits for its
 * non-blocking socket in epoll_wait(2), level-triggered, before every read. epoll(7)
 */
#include "tcp-pair.h"
#include <fcntl.h>
#include <sys/epoll.h>

enum { MOST_EVENTS = 256 };
static int epoll = -1; /* B's */

static void open_channel(void) {
  connect_ends(1);
}

static void watch(int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = mine};
  if (epoll_ctl(epoll, operation, mine, &event) < 0) fail("epoll_ctl");
}

static void wait_for_event(void) {
  struct epoll_event events[MOST_EVENTS];
  if (epoll_wait(epoll, events, MOST_EVENTS, -1) < 0) fail("epoll_wait");
}

/* The first call of each process: side B becomes the server. */
static int serves(void) {
  if (mine != ends[B]) return 0;
  if (epoll >= 0) return 1;
  if (fcntl(mine, F_SETFL, O_NONBLOCK) < 0) fail("fcntl");
  if ((epoll = epoll_create1(0)) < 0) fail("epoll_create1");
  watch(EPOLL_CTL_ADD, EPOLLIN);
  return 1;
}

static void send_message(const unsigned char *message, size_t size) {
  if (!serves()) {
    send_all(message, size);
    return;
  }
  for (size_t done = 0; done < size;) {
    ssize_t count = send(mine, message + done, size - done, MSG_NOSIGNAL);
    if (count >= 0) done += (size_t)count;
    else if (errno != EAGAIN) fail("send");
    else {
      watch(EPOLL_CTL_MOD, EPOLLOUT);
      wait_for_event();
      watch(EPOLL_CTL_MOD, EPOLLIN);
    }
  }
}

static void receive_message(unsigned char *message, size_t size) {
  if (!serves()) {
    receive_all(message, size);
    return;
  }
  for (size_t have = 0; have < size;) {
    wait_for_event();
    ssize_t count = recv(mine, message + have, size - have, 0);
    if (count < 0 && errno != EAGAIN) fail("recv");
    if (count == 0) give_up("the other side closed the connection");
    if (count > 0) have += (size_t)count;
  }
}
