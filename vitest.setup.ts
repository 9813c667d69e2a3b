import { vi } from "vitest";

/** A fact that is waited for may take long on a busy machine; only one that never comes is a failure. */
const WAIT_MS = 15_000;

const { waitFor } = vi;
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === "number" ? options : { timeout: WAIT_MS, ...options });
