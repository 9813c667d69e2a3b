/*
 * The yardsticks for the ring in shared memory, which differ in FRAMES_AT_ONCE only: a ring for each way, of frames with their length in front,
 * as packages/shared-memory/src/ring-layout.ts lays them out. Each side keeps its last look at the
 * other's position; the reader gives room back when it has all it knows of, or a quarter of the ring.
 */
#define BATCHES
#include "yardstick.h"
#include "wait.h"

static const uint32_t SKIP = UINT32_MAX; /* nothing here, go on at the beginning */

struct ring {
  _Alignas(128) word_t tail;
  _Alignas(128) word_t head;
  _Alignas(128) word_t reader_sleeps;
  _Alignas(128) word_t writer_sleeps;
  _Alignas(128) unsigned char frames[];
};

static struct ring *rings[2], *in, *out; /* to B, to A */
static uint32_t capacity, frame_bytes;
static uint32_t tail, published, seen_head, staged; /* of `out` */
static uint32_t head, released, seen_tail;          /* of `in` */

static void open_channel(void) {
  frame_bytes = ((uint32_t)size + 4 + 3) & ~3u;
  for (capacity = 256 << 10; capacity < 8 * size; capacity *= 2);
  for (int i = 0; i < 2; i++) {
    rings[i] = mmap(NULL, sizeof(struct ring) + capacity, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (rings[i] == MAP_FAILED) fail("mmap");
  }
  tail = published = seen_head = staged = head = released = seen_tail = 0;
}

static void take_side(enum side side) {
  out = rings[side];
  in = rings[!side];
}

static void flush_batch(void) {
  staged = 0;
  if (published == tail) return;
  published = tail;
  publish(&out->tail, tail, &out->reader_sleeps);
}

static void stage(const unsigned char *message, size_t size) {
  uint32_t offset = tail & (capacity - 1), rest = capacity - offset;
  uint32_t skipped = frame_bytes > rest ? rest : 0;
  while (capacity - (tail - seen_head) < skipped + frame_bytes) {
    uint32_t now = atomic_load(&out->head);
    if (now == seen_head) {
      flush_batch();
      now = wait_for_change(&out->head, seen_head, &out->writer_sleeps);
    }
    seen_head = now;
  }
  if (skipped) {
    memcpy(out->frames + offset, &SKIP, sizeof SKIP);
    offset = 0;
  }
  uint32_t length = (uint32_t)size;
  memcpy(out->frames + offset, &length, sizeof length);
  memcpy(out->frames + offset + 4, message, size);
  tail += skipped + frame_bytes;
}

static void batch_message(const unsigned char *message, size_t size) {
  stage(message, size);
  if (++staged == FRAMES_AT_ONCE) flush_batch();
}

static void send_message(const unsigned char *message, size_t size) {
  stage(message, size);
  flush_batch();
}

static void receive_message(unsigned char *message, size_t size) {
  if (head == seen_tail) seen_tail = wait_for_change(&in->tail, head, &in->reader_sleeps);
  uint32_t offset = head & (capacity - 1), length;
  memcpy(&length, in->frames + offset, sizeof length);
  if (length == SKIP) {
    head += capacity - offset;
    offset = 0;
    memcpy(&length, in->frames, sizeof length);
  }
  if (length != size) give_up("a frame of another length came");
  memcpy(message, in->frames + offset + 4, length);
  head += frame_bytes;
  if (head != seen_tail && head - released < capacity / 4) return;
  released = head;
  publish(&in->head, head, &in->writer_sleeps);
}

static void close_channel(void) {
  for (int i = 0; i < 2; i++) munmap(rings[i], sizeof(struct ring) + capacity);
}
