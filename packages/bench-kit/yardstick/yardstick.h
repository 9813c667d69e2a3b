/*
 * What every yardstick shares: the same work that bench-kit's two Node processes do, in C.
 *
 * A yardstick is one file that includes this one and defines the five functions declared below.
 * What it says before including it:
 *
 *   #define BATCHES      it has batch_message() and flush_batch() as well, for throughput: messages that
 *                        may be published together.
 *   #define OPERATES 1   it has operate() and operated() instead of sending and receiving, for the
 *                        measure operations: done by A alone while B sleeps, or (2) by both at once.
 *
 *   NAME --size BYTES --timed-ms MS --warm-ms MS [--mode MODE] [--cpu-a N --cpu-b N] [--messages N] MEASURE...
 *
 * MEASURE is latency, rate, throughput or operations. Each is first run with every byte of every message
 * checked, then with growing counts until MS of warm-up are over and one run lasts --timed-ms;
 * --messages asks for one run of exactly N instead; --mode says how to wait, to a yardstick that has
 * several ways. Prints one JSON object.
 */
#ifndef YARDSTICK_H
#define YARDSTICK_H
#define _GNU_SOURCE

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum side { A, B }; /* A sends first, B answers or consumes */

static void open_channel(void);         /* before the fork */
static void take_side(enum side side);  /* after it, in each process */
static void close_channel(void);
#ifdef OPERATES
static void operate(uint32_t count);
static int64_t operated(void); /* what all operations since open_channel() came to; or -1: nobody counts */
#else
static void send_message(const unsigned char *message, size_t size);
static void receive_message(unsigned char *message, size_t size);
#endif
#ifdef BATCHES
static void batch_message(const unsigned char *message, size_t size);
static void flush_batch(void);
#endif

__attribute__((noreturn)) static void give_up(const char *why) {
  fprintf(stderr, "%s\n", why);
  exit(1);
}

__attribute__((noreturn)) static void fail(const char *syscall) {
  fprintf(stderr, "%s: %s\n", syscall, strerror(errno));
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* ---- payload: the same bytes, written and checked as src/payload.ts does ---- */

static size_t size = 100;
static const char *mode = "blocking"; /* or spin, or hybrid */
static unsigned char *message;
static int every_byte; /* the gate: a pattern that differs by position, checked in full */

#define HEADER 4 /* the sequence number, little-endian, where the message has room for it */

static unsigned char gate_byte(uint32_t sequence, size_t i) {
  return (unsigned char)(sequence * 31 + i * 7 + (i >> 8));
}

__attribute__((unused)) static void fill(uint32_t sequence) {
  if (every_byte)
    for (size_t i = 0; i < size; i++) message[i] = gate_byte(sequence, i);
  else
    memset(message, (int)(sequence & 0xff), size);
  if (size > HEADER)
    for (int i = 0; i < HEADER; i++) message[i] = (unsigned char)(sequence >> (8 * i));
}

__attribute__((unused)) static void verify(uint32_t sequence) {
  size_t start = 0;
  if (size > HEADER) {
    uint32_t got = message[0] | message[1] << 8 | message[2] << 16 | (uint32_t)message[3] << 24;
    if (got != sequence) give_up("a message came out of turn");
    start = HEADER;
  }
  if (every_byte) {
    for (size_t i = start; i < size; i++)
      if (message[i] != gate_byte(sequence, i)) give_up("a byte came out wrong");
  } else if (size > 0) {
    size_t sample = start + sequence % (size - start);
    unsigned char expected = (unsigned char)sequence;
    if (message[sample] != expected || message[size - 1] != expected) give_up("a byte came out wrong");
  }
}

/* ---- one run: fork, a first round trip that is not timed, then `count` messages ---- */

enum measure { LATENCY, RATE, THROUGHPUT, OPERATIONS };

struct usage {
  int64_t cpu_us, voluntary, involuntary;
};

/* Shared by the two processes, so that B can tell what it saw. */
static struct run {
  int64_t start_ns, end_ns;
  struct usage usage[2];
  struct { /* operations of one side */
    int64_t start_ns, end_ns;
    uint32_t done;
  } of[2];
  int cpus[2]; /* what sched_getaffinity(2) said: -1 for more than one */
  _Alignas(128) _Atomic uint32_t arrived; /* how often a side came to meet() */
  _Alignas(128) _Atomic uint32_t stopped; /* one side has done all its operations */
} *run;

static struct usage used(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (struct usage){
      (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000000) + u.ru_utime.tv_usec + u.ru_stime.tv_usec,
      u.ru_nvcsw, u.ru_nivcsw};
}

static int cpu[2] = {-1, -1};

static void settle(enum side side) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (cpu[side] >= 0) {
    CPU_SET((size_t)cpu[side], &set);
    if (sched_setaffinity(0, sizeof set, &set) < 0) fail("sched_setaffinity");
  }
  if (sched_getaffinity(0, sizeof set, &set) < 0) fail("sched_getaffinity");
  run->cpus[side] = CPU_COUNT(&set) == 1 && CPU_ISSET((size_t)cpu[side], &set) ? cpu[side] : -1;
  take_side(side);
}

static uint32_t *samples; /* one latency in ns per round trip */

#ifdef OPERATES
enum { AT_ONCE = 32 }; /* operations between two looks whether the other side is done */

/* Sleep until both sides have come here equally often. B has A's count of meetings from the fork. */
static void meet(void) {
  static uint32_t meetings;
  uint32_t goal = ++meetings * 2, arrived = atomic_fetch_add(&run->arrived, 1) + 1;
  if (arrived == goal) syscall(SYS_futex, &run->arrived, FUTEX_WAKE, 1, NULL, NULL, 0);
  for (; arrived < goal; arrived = atomic_load(&run->arrived))
    syscall(SYS_futex, &run->arrived, FUTEX_WAIT, arrived, NULL, NULL, 0);
}

/* Whoever has done `count` stops both: from the first operation to the last, both were at it. */
static void operate_together(enum side side, uint32_t count) {
  uint32_t done = 0;
  run->of[side].start_ns = now_ns();
  while (done < count && !atomic_load(&run->stopped)) {
    uint32_t next = count - done < AT_ONCE ? count - done : AT_ONCE;
    operate(next);
    done += next;
  }
  atomic_store(&run->stopped, 1);
  run->of[side].end_ns = now_ns();
  run->of[side].done = done;
}

static void take_part(enum side side, enum measure measure, uint32_t count) {
  if (measure != OPERATIONS) give_up("this yardstick has no messages");
  settle(side);
  meet();
  struct usage before = used();
  if (OPERATES == 2) operate_together(side, count);
  else if (side == A) {
    run->of[A].start_ns = now_ns();
    operate(count);
    run->of[A].end_ns = now_ns();
    run->of[A].done = count;
  }
  struct usage after = used();
  run->usage[side] = (struct usage){after.cpu_us - before.cpu_us, after.voluntary - before.voluntary,
                                    after.involuntary - before.involuntary};
  meet();
  if (side == A) {
    int b_first = OPERATES == 2 && run->of[B].start_ns < run->of[A].start_ns;
    int b_last = OPERATES == 2 && run->of[B].end_ns > run->of[A].end_ns;
    run->start_ns = run->of[b_first ? B : A].start_ns;
    run->end_ns = run->of[b_last ? B : A].end_ns;
    int64_t sum = operated();
    if (sum >= 0 && sum != (int64_t)run->of[A].done + run->of[B].done) give_up("two operations happened at once");
  }
  close_channel();
}
#else
static void side_a(enum measure measure, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    fill(i);
    int64_t before = measure == LATENCY ? now_ns() : 0;
#ifdef BATCHES
    if (measure == THROUGHPUT) {
      batch_message(message, size);
      continue;
    }
#endif
    send_message(message, size);
    if (measure == THROUGHPUT) continue;
    receive_message(message, size);
    if (measure == LATENCY) samples[i] = (uint32_t)(now_ns() - before);
    verify(i);
  }
#ifdef BATCHES
  if (measure == THROUGHPUT) flush_batch();
#endif
}

static void side_b(enum measure measure, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    receive_message(message, size);
    verify(i);
    if (measure != THROUGHPUT) send_message(message, size);
  }
}

static void take_part(enum side side, enum measure measure, uint32_t count) {
  if (measure == OPERATIONS) give_up("this yardstick has no operations");
  settle(side);
  (side == A ? side_a : side_b)(RATE, 1);
  struct usage before = used();
  if (side == A) run->start_ns = now_ns();
  (side == A ? side_a : side_b)(measure, count);
  /* One-way, the last byte counts when the receiver has it; a round trip ends where it began. */
  if (side == (measure == THROUGHPUT ? B : A)) run->end_ns = now_ns();
  struct usage after = used();
  run->usage[side] = (struct usage){after.cpu_us - before.cpu_us, after.voluntary - before.voluntary,
                                    after.involuntary - before.involuntary};
  close_channel();
}
#endif

static void do_run(enum measure measure, uint32_t count) {
  open_channel();
  run->stopped = 0;
  run->of[A].done = run->of[B].done = 0;
  pid_t parent = getpid(), child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    take_part(B, measure, count);
    _exit(0);
  }
  take_part(A, measure, count);
  int status;
  if (waitpid(child, &status, 0) < 0) fail("waitpid");
  if (status != 0) exit(1);
}

/* ---- calibration and the report ---- */

static int64_t timed_ns = 250000000, warm_ns = 100000000;
static uint32_t exact;

static void need_samples(uint32_t count) {
  samples = realloc(samples, count * sizeof *samples);
  if (!samples) fail("realloc");
  memset(samples, 0, count * sizeof *samples); /* no page is touched first inside the timed run */
}

static uint32_t calibrated_run(enum measure measure) {
  int64_t warmed = 0;
  for (uint32_t count = exact ? exact : 16;;) {
    need_samples(count);
    do_run(measure, count);
    int64_t took = run->end_ns - run->start_ns;
    if (exact || (took >= timed_ns && warmed >= warm_ns)) return count;
    int64_t target = warmed + took >= warm_ns ? timed_ns * 13 / 10 : warm_ns - warmed;
    warmed += took;
    double next = (double)count * (double)target / (double)(took ? took : 1);
    count = (uint32_t)(next > count * 100.0 ? count * 100.0 : next < 16 ? 16 : next);
  }
}

static void report(const char *name, enum measure measure, uint32_t count) {
  uint32_t messages = measure == OPERATIONS ? run->of[A].done + run->of[B].done : count;
  printf("\"%s\":{\"messages\":%u,\"ns\":%lld,\"usage\":{", name, messages,
         (long long)(run->end_ns - run->start_ns));
  for (enum side side = A; side <= B; side++) {
    struct usage *u = &run->usage[side];
    printf("%s\"%s\":{\"cpuMicros\":%lld,\"voluntarySwitches\":%lld,\"involuntarySwitches\":%lld}", side ? "," : "",
           side ? "b" : "a", (long long)u->cpu_us, (long long)u->voluntary, (long long)u->involuntary);
  }
  printf("}");
#ifdef OPERATES
  printf(",\"operators\":\"%s\"", OPERATES == 2 ? "both" : "alone");
#endif
  if (measure == LATENCY) {
    printf(",\"samples\":[");
    for (uint32_t i = 0; i < count; i++) printf("%s%u", i ? "," : "", samples[i]);
    printf("]");
  }
  printf("}");
}

static long number(const char *text) {
  char *end;
  long value = text ? strtol(text, &end, 10) : -1;
  if (value < 0 || *end) give_up("usage: NAME --size N --timed-ms N --warm-ms N [--cpu-a N --cpu-b N] MEASURE...");
  return value;
}

int main(int argc, char **argv) {
  static const char *names[] = {"latency", "rate", "throughput", "operations"};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int i = 1;
  for (; i < argc && argv[i][0] == '-'; i += 2) {
    const char *flag = argv[i];
    if (!strcmp(flag, "--mode") && i + 1 < argc) {
      mode = argv[i + 1];
      continue;
    }
    long value = number(argv[i + 1]);
    if (!strcmp(flag, "--size")) size = (size_t)value;
    else if (!strcmp(flag, "--timed-ms")) timed_ns = value * INT64_C(1000000);
    else if (!strcmp(flag, "--warm-ms")) warm_ns = value * INT64_C(1000000);
    else if (!strcmp(flag, "--messages")) exact = (uint32_t)value;
    else if (!strcmp(flag, "--cpu-a")) cpu[A] = (int)value;
    else if (!strcmp(flag, "--cpu-b")) cpu[B] = (int)value;
    else give_up("unknown flag");
  }
  message = malloc(size ? size : 1);
  run = mmap(NULL, sizeof *run, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (!message || run == MAP_FAILED) fail("malloc");
  printf("{\"size\":%zu", size);
  for (; i < argc; i++) {
    enum measure measure = LATENCY;
    while (measure <= OPERATIONS && strcmp(argv[i], names[measure])) measure++;
    if (measure > OPERATIONS) give_up("unknown measure");
    need_samples(4);
    every_byte = 1;
    do_run(measure, 4);
    every_byte = 0;
    uint32_t count = calibrated_run(measure);
    printf(",");
    fflush(stdout); /* or the next fork would print it twice */
    report(names[measure], measure, count);
    fflush(stdout);
  }
  printf(",\"cpus\":[%d,%d]}\n", run->cpus[A], run->cpus[B]);
  return 0;
}
#endif
