import { pendingSignals, signalMask } from "@ipc-playground/libc";
import {
  BlockedSignals,
  SignalDescriptor,
  sendQueuedToMainThread,
  sendToMainThread,
  signalNumber,
} from "@ipc-playground/signals";
import { expect, test } from "vitest";

const LOW = signalNumber("SIGRTMIN+1");
const HIGH = signalNumber("SIGRTMIN+5");
const SIGUSR2 = signalNumber("SIGUSR2");
const me = process.pid;

/** Everything that is pending, in the order of delivery. */
function takeAll(signals: BlockedSignals): [number, number][] {
  const all: [number, number][] = [];
  for (let taken = signals.take(0); taken.kind === "signal"; taken = signals.take(0))
    all.push([taken.signal, taken.value]);
  return all;
}

test("five blocked queued sends give five deliveries", () => {
  using signals = new BlockedSignals([LOW]);
  for (let i = 0; i < 5; i++) sendQueuedToMainThread(me, LOW, 7);
  expect(takeAll(signals)).toEqual(Array(5).fill([LOW, 7]));
});

test("the lowest realtime number comes first", () => {
  using signals = new BlockedSignals([LOW, HIGH]);
  sendQueuedToMainThread(me, HIGH, 1);
  sendQueuedToMainThread(me, LOW, 2);
  sendQueuedToMainThread(me, HIGH, 3);
  expect(takeAll(signals)).toEqual([
    [LOW, 2],
    [HIGH, 1],
    [HIGH, 3],
  ]);
});

test("queued values come back in order", () => {
  using signals = new BlockedSignals([LOW]);
  const values = [3, -1, 2_147_483_647, -2_147_483_648, 0];
  for (const value of values) sendQueuedToMainThread(me, LOW, value);
  expect(takeAll(signals)).toEqual(values.map((value) => [LOW, value]));
});

test("repeated standard signals collapse to one, and the first value stays", () => {
  using signals = new BlockedSignals([SIGUSR2]);
  for (let value = 1; value <= 5; value++) sendQueuedToMainThread(me, SIGUSR2, value);
  expect(takeAll(signals)).toEqual([[SIGUSR2, 1]]);
});

test("a blocked signal is pending until it is taken", () => {
  using signals = new BlockedSignals(["SIGUSR2"]);
  sendToMainThread(me, "SIGUSR2");
  expect(pendingSignals()).toEqual([SIGUSR2]);
  expect(signals.take(0)).toMatchObject({ kind: "signal", signal: SIGUSR2, queued: false });
  expect(pendingSignals()).toEqual([]);
});

test("waiting in vain is a value, and it takes its time", () => {
  using signals = new BlockedSignals([LOW]);
  const began = performance.now();
  expect(signals.take(20)).toEqual({ kind: "timeout" });
  expect(performance.now() - began).toBeGreaterThan(15);
});

test("the sender is told with each signal", () => {
  using signals = new BlockedSignals([LOW]);
  sendQueuedToMainThread(me, LOW, 1);
  expect(signals.take(0)).toMatchObject({ senderPid: me, senderUid: process.getuid?.(), queued: true });
});

test("a signalfd gives the same as a wait: lowest number first, values in order, standard ones merged", () => {
  using signals = new SignalDescriptor([LOW, HIGH, SIGUSR2]);
  sendQueuedToMainThread(me, HIGH, 1);
  sendQueuedToMainThread(me, LOW, 2);
  sendQueuedToMainThread(me, LOW, 3);
  sendToMainThread(me, SIGUSR2);
  sendToMainThread(me, SIGUSR2);
  const got: [number, number][] = [];
  for (let one = signals.next(); one; one = signals.next()) got.push([one.signal, one.value]);
  expect(got).toEqual([
    [SIGUSR2, 0],
    [LOW, 2],
    [LOW, 3],
    [HIGH, 1],
  ]);
});

test("afterwards the mask is as it was", () => {
  const before = signalMask();
  {
    using _blocked = new BlockedSignals([LOW]);
    using _descriptor = new SignalDescriptor([HIGH]);
    expect(signalMask()).toEqual([...before, LOW, HIGH].sort((a, b) => a - b));
  }
  expect(signalMask()).toEqual(before);
});
