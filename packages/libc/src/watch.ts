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
 * Call `ready` whenever any descriptor that epoll(7) accepts is ready: a message queue, an eventfd, a
 * signalfd. Level-triggered: it is called again in each turn of the event loop until what made it
 * ready has been taken. libuv makes the descriptor non-blocking.
 *
 * What `ready` throws becomes an uncaught exception, and the watch goes on.
 */
export function watchDescriptor(fd: number, events: WatchedEvents, ready: () => void): Watch {
  // A status below 0 is epoll's own failure (POLLERR): whoever then calls into the kernel is told why.
  const handle = koffi.node.poll(fd, events, () => {
    try {
      ready();
    } catch (error) {
      // koffi swallows what is thrown here.
      setImmediate(() => {
        throw error;
      });
    }
  });
  const watch = {
    stop() {
      if (!watched.delete(watch)) return;
      handle.stop();
      handle.close();
    },
  };
  watched.add(watch);
  return watch;
}
