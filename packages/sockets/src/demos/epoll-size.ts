import { defineDemo } from "@ipc-playground/lab-kit";
import {
  close,
  EPOLLIN,
  EpollEvents,
  epollControl,
  epollCreate,
  epollCreateOfSize,
  epollWait,
  errnoSymbol,
  eventfd,
} from "@ipc-playground/libc";

const DESCRIPTORS = 500;

export default defineDemo({
  name: "epoll-size",
  title: "The size that epoll_create asks for, and forgets",
  claims: {
    matters: {
      says: "The size given to epoll_create is how many descriptors it can watch.",
      expect: "refuted",
      source: "epoll_create(2): a hint before Linux 2.6.8, ignored since",
    },
    any: {
      says: "So any size will do, 0 as well.",
      expect: "refuted",
      source: "epoll_create(2): EINVAL, so that new programs run on old kernels",
    },
    events: {
      says: "With room for 10 events, epoll_wait loses the others that are ready.",
      expect: "refuted",
      source: "epoll_wait(2), NOTES: successive calls go round through all of them",
    },
  },
  processes: {},
  async run({ claim, step, log }) {
    const make = (size: number) => {
      const tell = (fd: number) => ({ kind: fd < 0 ? errnoSymbol(-fd) : "an epoll", fd });
      return log.call("epoll_create", `size ${size}`, () => tell(epollCreateOfSize(size))).fd;
    };
    step(`An epoll of size 1, and ${DESCRIPTORS} descriptors that are all ready.`);
    const epoll = make(1);
    const fds = Array.from({ length: DESCRIPTORS }, () => eventfd(1));
    const watched = fds.filter((fd) => epollControl(epoll, "add", fd, EPOLLIN) === 0).length;
    const all = new EpollEvents(DESCRIPTORS);
    const told = epollWait(epoll, all, 0);
    log.event("epoll_wait", { object: "size 1", result: `${told} ready` });
    claim("matters", told < DESCRIPTORS, `size 1 took ${watched} descriptors and told of ${told}`);
    const [zero, least] = [make(0), epollCreate()];
    claim(
      "any",
      zero >= 0,
      `epoll_create(0): ${zero < 0 ? errnoSymbol(-zero) : "an epoll"}; epoll_create1(0) takes no size`,
    );

    step("Another number does matter, for one call: room for 10 events.");
    const few = new EpollEvents(10);
    const seen = new Set<number>();
    let waits = 0;
    for (; seen.size < told && waits < DESCRIPTORS; waits++) {
      const count = epollWait(epoll, few, 0);
      for (let i = 0; i < count; i++) seen.add(few.fd(i));
    }
    log.event("look", { result: `${waits} waits told of ${seen.size} descriptors` });
    claim(
      "events",
      seen.size < DESCRIPTORS,
      `${waits} waits of 10 events told of all ${seen.size}, nothing was read`,
    );
    for (const fd of [...fds, epoll, zero, least]) if (fd >= 0) close(fd);
  },
});
