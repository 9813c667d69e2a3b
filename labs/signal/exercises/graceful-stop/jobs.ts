/** Something to do that must not be left half done. */
export interface Job {
  readonly name: string;
  /** Do it. Resolves when it is done. */
  run(): Promise<void>;
}

/** Where a worker gets its jobs. */
export interface Jobs {
  /**
   * Wait for the next job, as long as it takes. Who has got one has to run it: nobody else will.
   * Resolves with `undefined` when there will be no more jobs.
   *
   * @param giveUp Aborting it ends the wait: `undefined`, unless a job has just been handed out.
   */
  take(giveUp?: AbortSignal): Promise<Job | undefined>;
}
