/*
 * The yardstick for shared memory: a slot for each way, a message and the number of it. The number is
 * waited for as --mode says: spin, blocking (a futex) or hybrid.
 */
#include "yardstick.h"
#include "wait.h"

struct slot {
  _Alignas(128) word_t sleeps; /* whoever receives from it */
  _Alignas(128) word_t number;
  unsigned char message[];
};

static struct slot *slots[2]; /* to B, to A */
static struct slot *in, *out;
static uint32_t sent, received;
static size_t slot_bytes;

static void open_channel(void) {
  slot_bytes = (sizeof(struct slot) + size + 127) / 128 * 128;
  void *memory = mmap(NULL, 2 * slot_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  for (int i = 0; i < 2; i++) slots[i] = (struct slot *)((char *)memory + (size_t)i * slot_bytes);
  sent = received = 0;
}

static void take_side(enum side side) {
  out = slots[side];
  in = slots[!side];
}

/* The other side has answered the last one, so it has copied it out. */
static void send_message(const unsigned char *message, size_t size) {
  memcpy(out->message, message, size);
  publish(&out->number, ++sent, &out->sleeps);
}

static void receive_message(unsigned char *message, size_t size) {
  received = wait_for_change(&in->number, received, &in->sleeps);
  memcpy(message, in->message, size);
}

static void close_channel(void) {
  munmap(slots[0], 2 * slot_bytes);
}
