import {
  close,
  EPOLLET,
  EPOLLIN,
  EPOLLONESHOT,
  EpollEvents,
  ERRNO,
  epollControl,
  epollCreate,
  epollCreateOfSize,
  epollWait,
  eventfd,
  read,
  setTimerfd,
  timerfd,
  write,
} from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";

function own(fd: number): number {
  expect(fd).toBeGreaterThanOrEqual(0);
  onTestFinished(() => void close(fd));
  return fd;
}

const events = new EpollEvents(8);
const eight = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer);

test("level-triggered tells while something is there, edge-triggered when it comes", () => {
  const [level, edge] = [own(epollCreate()), own(epollCreate())];
  const counter = own(eventfd(1));
  epollControl(level, "add", counter, EPOLLIN);
  epollControl(edge, "add", counter, EPOLLIN | EPOLLET);
  for (let i = 0; i < 2; i++) expect(epollWait(level, events, 0)).toBe(1);
  expect([events.fd(0), events.events(0)]).toEqual([counter, EPOLLIN]);
  expect([epollWait(edge, events, 0), epollWait(edge, events, 0)]).toEqual([1, 0]);
  write(counter, eight(1n));
  expect(epollWait(edge, events, 0)).toBe(1);
});

test("ONESHOT is silent until it is modified", () => {
  const epoll = own(epollCreate());
  const counter = own(eventfd(1));
  epollControl(epoll, "add", counter, EPOLLIN | EPOLLONESHOT);
  expect([epollWait(epoll, events, 0), epollWait(epoll, events, 0)]).toEqual([1, 0]);
  epollControl(epoll, "modify", counter, EPOLLIN | EPOLLONESHOT);
  expect(epollWait(epoll, events, 0)).toBe(1);
  epollControl(epoll, "delete", counter);
  expect(epollWait(epoll, events, 0)).toBe(0);
});

test("epoll_create wants a positive size, and forgets it", () => {
  own(epollCreateOfSize(1));
  expect(epollCreateOfSize(0)).toBe(-(ERRNO.EINVAL as number));
});

test("an eventfd gives its whole number, or one at a time as a semaphore", () => {
  const buffer = new BigUint64Array(1);
  const taken = (fd: number) => {
    read(fd, new Uint8Array(buffer.buffer));
    return buffer[0];
  };
  expect(taken(own(eventfd(3)))).toBe(3n);
  expect(taken(own(eventfd(3, { semaphore: true })))).toBe(1n);
  expect(read(own(eventfd(0, { nonBlocking: true })), new Uint8Array(8))).toBe(-(ERRNO.EAGAIN as number));
});

test("a timerfd is ready when its time has come", () => {
  const epoll = own(epollCreate());
  const timer = own(timerfd());
  epollControl(epoll, "add", timer, EPOLLIN);
  expect(epollWait(epoll, events, 0)).toBe(0);
  expect(setTimerfd(timer, 1)).toBe(0);
  expect(epollWait(epoll, events, 10_000)).toBe(1);
});
