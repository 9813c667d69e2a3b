/** Something to do, for whichever worker takes it. */
export interface Job {
  /** From 0, and no two jobs have the same. */
  id: number;
  /** Higher is more urgent, 0 to 31. */
  priority: number;
}

/** A message of the queue of jobs: the job's number. */
export function encodeJob(job: Job): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(job.id);
  return bytes;
}

/** A message of the queue of acknowledgements: the number of the job that is done. */
export function decodeDone(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUInt32LE(0);
}
