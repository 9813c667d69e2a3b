/* The yardstick for realtime signals: with a value, to one thread, and sigwaitinfo(2) on the blocked signal. signal(7) */
#include "yardstick.h"

static int hello[2]; /* B tells its pid through this pipe; A's is known before the fork */
static pid_t self, partner;
static sigset_t waited_for;

static int the_signal(void) { return SIGRTMIN + 1; }

/* Blocked before the fork, in both: one that comes early is pending. */
static void open_channel(void) {
  partner = getpid();
  sigemptyset(&waited_for);
  sigaddset(&waited_for, the_signal());
  if (sigprocmask(SIG_BLOCK, &waited_for, NULL) < 0) fail("sigprocmask");
  if (pipe(hello) < 0) fail("pipe");
}

static void take_side(enum side side) {
  self = getpid();
  if (side == B && write(hello[1], &self, sizeof self) != sizeof self) fail("write");
  close(hello[1]);
  if (side == A && read(hello[0], &partner, sizeof partner) != sizeof partner) give_up("no partner");
  close(hello[0]);
}

static void send_message(const unsigned char *message, size_t size) {
  (void)message;
  (void)size; /* always 0: a signal only notifies */
  /* Not sigqueue(3), which asks for this process's pid each time, and which Node cannot use: see rt_tgsigqueueinfo(2). */
  siginfo_t info = {.si_code = SI_QUEUE};
  info.si_pid = self;
  info.si_uid = getuid();
  info.si_value.sival_int = 1;
  if (syscall(SYS_rt_tgsigqueueinfo, partner, partner, the_signal(), &info) < 0) fail("rt_tgsigqueueinfo");
}

static void receive_message(unsigned char *message, size_t size) {
  (void)message;
  (void)size;
  while (sigwaitinfo(&waited_for, NULL) < 0)
    if (errno != EINTR) fail("sigwaitinfo");
}

static void close_channel(void) {}
