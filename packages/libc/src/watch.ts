import koffi from "koffi";

/** A descriptor on Node's event loop. While it is watched it keeps the process alive. */
export interface Watch {
  /** Stop watching. Do it before the descriptor is closed. Twice is harmless. */
  stop(): void;
}

export interface WatchedEvents {
  readable?: boolean;
  writable?: boolean;
}

// koffi's handle stops without a word when it is collected.
const watched = new Set<Watch>();

/**
 * Whether promises and process.nextTick() have their turn when koffi's callback returns. Tried: so on
 * Node 20, 22 and 24; on Node 26 they wait until something else happens.
 */
const CALLBACK_ENDS_WITH_ITS_TICKS = Number(process.versions.node.split(".")[0]) <= 24;

/**
 * Call `ready` whenever any descriptor that epoll(7) accepts is ready: a message queue, an eventfd, a
 * signalfd. Level-triggered: it is called again in each turn of the event loop until what made it
 * ready has been taken. libuv makes the descriptor non-blocking.
 *
 * What `ready` throws becomes an uncaught exception, and the watch goes on.
 */
export function watchDescriptor(fd: number, events: WatchedEvents, ready: () => void): Watch {
  let turn: NodeJS.Immediate | undefined;
  const handle = koffi.node.poll(fd, events, () => {
    // The status is left alone: below 0 it is epoll's failure, which the next call into the kernel tells.
    if (CALLBACK_ENDS_WITH_ITS_TICKS) {
      runApart(ready);
    } else {
      // Still in this turn of the event loop, and a callback like any of Node's.
      turn ??= setImmediate(() => {
        turn = undefined;
        ready();
      });
    }
  });
  const watch = {
    stop() {
      if (!watched.delete(watch)) return;
      clearImmediate(turn);
      handle.stop();
      handle.close();
    },
  };
  watched.add(watch);
  return watch;
}

/** koffi swallows what its callback throws, and then the event loop spins: throw it elsewhere. */
function runApart(ready: () => void): void {
  try {
    ready();
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
  }
}
