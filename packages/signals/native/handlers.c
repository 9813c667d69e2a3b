/*
 * Handlers for the demos, which show what a handler meets and what it must not do. They are in C
 * because a real handler is: what Node calls one is a callback of its event loop, which runs when
 * all of this is long over.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static char trace[64]; /* what ran, in order: "12<12>" is one handler of signal 12, from begin to end */
static volatile sig_atomic_t length, raises;

static void put(int signal, char what) {
  if (length + 4 > (int)sizeof trace) return;
  trace[length++] = (char)('0' + signal / 10);
  trace[length++] = (char)('0' + signal % 10);
  trace[length++] = what;
}

/* Says when it begins and ends. In between it sends itself the same signal, once. */
static void tracing(int signal) {
  put(signal, '<');
  if (raises-- > 0) raise(signal);
  put(signal, '>');
}

/* Install it. `others` blocks all other signals while it runs, as sa_mask can. */
int trace_signal(int signal, int flags, int others) {
  struct sigaction action = {.sa_handler = tracing, .sa_flags = flags};
  if (others) sigfillset(&action.sa_mask);
  return sigaction(signal, &action, NULL);
}

/* Clear the trace; the next handlers send themselves `again` more signals. */
void trace_begin(int again) {
  length = 0;
  memset(trace, 0, sizeof trace);
  raises = again;
}

const char *trace_text(void) { return trace; }

static volatile sig_atomic_t ticks;
static volatile time_t when = 1000000000;

/* Wrong: localtime(3) takes a lock, and the code that was interrupted may hold it. signal-safety(7) */
static void careless(int signal) {
  (void)signal;
  time_t t = when;
  localtime(&t);
  ticks++;
}

/* Right: note it, and let the program do the rest when it comes to it. */
static void careful(int signal) {
  (void)signal;
  ticks++;
}

/* Call localtime over and over while a timer brings `count` signals. Returns how many came. */
int work_with_timer(int safe, int count, int interval_us) {
  struct sigaction action = {.sa_handler = safe ? careful : careless, .sa_flags = SA_RESTART};
  struct itimerval on = {{0, interval_us}, {0, interval_us}}, off = {{0, 0}, {0, 0}};
  ticks = 0;
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &on, NULL);
  while (ticks < count) {
    time_t t = when;
    localtime(&t);
  }
  setitimer(ITIMER_REAL, &off, NULL);
  return ticks;
}
