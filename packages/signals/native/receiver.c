/*
 * The receiving end of queued signals, for a program that is not written in C.
 *
 * A signal handler runs in the middle of anything, on any thread, so it may call very little:
 * signal-safety(7). This one writes what it was told into a pipe, and the program reads the pipe
 * when it likes. JavaScript cannot run here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* What the program reads: 32 bytes, far below PIPE_BUF, so that no record is ever torn. pipe(7) */
struct record {
  int32_t signal, code, value, sender_pid;
  uint32_t sender_uid;
  int32_t thread; /* the thread that was interrupted */
  uint32_t unused[2];
};

#define SIGNALS 65
static _Atomic int pipes[SIGNALS];         /* the pipe's write end + 1; 0: nobody takes this signal */
static _Atomic uint32_t lost[SIGNALS];     /* signals that found the pipe full */
static struct sigaction before[SIGNALS];   /* what a signal did before we took it */
static _Atomic int main_only[SIGNALS];     /* whether other threads are to leave it to the main one */
static _Atomic int running;                /* handlers that are under way */

static void on_signal(int signal, siginfo_t *info, void *context) {
  int saved = errno; /* the interrupted code may be about to look at its own */
  running++;
  struct record record = {signal, info->si_code, info->si_value.sival_int, info->si_pid, info->si_uid,
                          (int32_t)syscall(SYS_gettid), {0, 0}};
  int elsewhere = main_only[signal] && record.thread != getpid();
  /* The kernel gives signals to any thread that does not block them, and two threads that take one
     each may write in the wrong order. So this one has had its last: it returns with a mask. */
  if (elsewhere) sigaddset(&((ucontext_t *)context)->uc_sigmask, signal);
  /* Sent by ourselves to a thread other than the main one: it was for that line only. */
  int only_to_mask = elsewhere && info->si_code == SI_TKILL && info->si_pid == getpid();
  /* Non-blocking: a full pipe must not stop whoever was interrupted, so it is counted. */
  if (!only_to_mask && write(pipes[signal] - 1, &record, sizeof record) != sizeof record) lost[signal]++;
  running--;
  errno = saved;
}

/* Take a signal: from now on each one becomes a record. Returns 0 or -errno. */
int receiver_take(int signal, int write_end, int only_main_thread) {
  int nobody = 0;
  if (signal < 1 || signal >= SIGNALS) return -EINVAL;
  if (!atomic_compare_exchange_strong(&pipes[signal], &nobody, write_end + 1)) return -EBUSY;
  lost[signal] = 0;
  main_only[signal] = only_main_thread;
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
  /* All others wait while one is written: or of several that are pending, the handler of the last
     to be delivered, the highest number, would interrupt the rest and write first. signal(7) */
  sigfillset(&action.sa_mask);
  if (sigaction(signal, &action, &before[signal]) == 0) return 0;
  pipes[signal] = 0;
  return -errno;
}

/* Give it back to whatever it did before. After this nothing of ours touches the pipe. */
void receiver_release(int signal) {
  sigaction(signal, &before[signal], NULL);
  pipes[signal] = 0;
  while (running) sched_yield();
}

/* How many of this signal were lost since it was taken. */
uint32_t receiver_lost(int signal) { return lost[signal]; }
