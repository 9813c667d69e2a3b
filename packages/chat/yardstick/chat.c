/*
 * The yardstick for the chat: a server for one room, with one thread and one epoll. epoll(7)
 *
 *   chat [relay]
 *
 * Prints {"port":N}, and ends when its standard input does. The first line of a connection is its
 * nickname, and is answered with "* Welcome". Every other line goes to everybody else as
 * "<nickname> line": all lines of one read in one write for each of them. What somebody does not
 * take at once waits in memory.
 *
 * relay: after the nickname there are no lines, and the bytes go on as they came: the least that a
 * server can do.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct bytes {
  char *data;
  size_t length, room;
};

struct client {
  int fd;
  size_t place; /* in `clients` */
  char *nick;   /* NULL until it is told */
  struct bytes in, out;
};

static struct client **clients;
static size_t count, room;
static struct bytes batch;
static int epoll_fd, relay;

__attribute__((noreturn)) static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void *grow(void *memory, size_t size) {
  memory = realloc(memory, size);
  if (memory == NULL) fail("realloc");
  return memory;
}

static void append(struct bytes *to, const char *data, size_t length) {
  if (to->length + length > to->room) to->data = grow(to->data, to->room = 2 * (to->length + length));
  memcpy(to->data + to->length, data, length);
  to->length += length;
}

static void drop_first(struct bytes *from, size_t length) {
  from->length -= length;
  memmove(from->data, from->data + length, from->length);
}

static void watch(int operation, int fd, uint32_t events, void *who) {
  struct epoll_event event = {.events = events, .data.ptr = who};
  if (epoll_ctl(epoll_fd, operation, fd, &event) < 0) fail("epoll_ctl");
}

static void tell(struct client *to, const char *data, size_t length) {
  size_t taken = 0;
  if (to->out.length == 0) {
    ssize_t sent = send(to->fd, data, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return; /* gone: its next read says so */
    if (sent > 0) taken = (size_t)sent;
    if (taken < length) watch(EPOLL_CTL_MOD, to->fd, EPOLLIN | EPOLLOUT, to);
  }
  if (taken < length) append(&to->out, data + taken, length - taken);
}

static void leave(struct client *gone) {
  clients[gone->place] = clients[--count];
  clients[gone->place]->place = gone->place;
  close(gone->fd);
  free(gone->nick);
  free(gone->in.data);
  free(gone->out.data);
  free(gone);
}

static void flush(struct client *to) {
  ssize_t sent = send(to->fd, to->out.data, to->out.length, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    leave(to);
    return;
  }
  if (sent > 0) drop_first(&to->out, (size_t)sent);
  if (to->out.length == 0) watch(EPOLL_CTL_MOD, to->fd, EPOLLIN, to);
}

/* Everything up to the last line end goes into the batch. Returns the bytes that were used. */
static size_t parse(struct client *from, const char *data, size_t length) {
  size_t at = 0;
  for (const char *end; (end = memchr(data + at, '\n', length - at)) != NULL; at = (size_t)(end - data) + 1) {
    size_t line = (size_t)(end - data) - at;
    if (from->nick == NULL) {
      from->nick = strndup(data + at, line);
      tell(from, "* Welcome\n", 10);
      continue;
    }
    if (relay) break;
    append(&batch, "<", 1);
    append(&batch, from->nick, strlen(from->nick));
    append(&batch, "> ", 2);
    append(&batch, data + at, line + 1);
  }
  if (!relay || from->nick == NULL) return at;
  append(&batch, data + at, length - at);
  return length;
}

static void hear(struct client *from) {
  static char chunk[1 << 18];
  ssize_t got = recv(from->fd, chunk, sizeof chunk, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    leave(from);
    return;
  }
  batch.length = 0;
  if (from->in.length == 0) {
    size_t used = parse(from, chunk, (size_t)got);
    if (used < (size_t)got) append(&from->in, chunk + used, (size_t)got - used);
  } else {
    append(&from->in, chunk, (size_t)got);
    drop_first(&from->in, parse(from, from->in.data, from->in.length));
  }
  for (size_t i = 0; batch.length > 0 && i < count; i++)
    if (clients[i] != from && clients[i]->nick != NULL) tell(clients[i], batch.data, batch.length);
}

static void welcome(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
  if (fd < 0) {
    if (errno == EAGAIN || errno == ECONNABORTED) return;
    fail("accept");
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct client *new = calloc(1, sizeof *new);
  if (new == NULL) fail("calloc");
  if (count == room) clients = grow(clients, (room = 2 * room + 16) * sizeof *clients);
  new->fd = fd;
  new->place = count;
  clients[count++] = new;
  watch(EPOLL_CTL_ADD, fd, EPOLLIN, new);
}

int main(int argc, char **argv) {
  relay = argc > 1 && strcmp(argv[1], "relay") == 0;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0) fail("bind");
  if (listen(listener, 511) < 0) fail("listen");
  if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
  epoll_fd = epoll_create1(0);
  watch(EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
  watch(EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, NULL);
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);

  for (struct epoll_event events[256];;) {
    int ready = epoll_wait(epoll_fd, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      struct client *who = events[i].data.ptr;
      if (who == NULL) return 0;
      if (events[i].data.ptr == &listener) welcome(listener);
      else if (events[i].events & EPOLLOUT) flush(who);
      else hear(who);
    }
  }
}
