import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import {
  createPosixQueue,
  openLibcQueue,
  openPosixQueue,
  type PosixQueue,
} from "@ipc-playground/message-queues";
import type { Job } from "./jobs.ts";

type Submission = typeof import("./starter.ts");

/** Messages that each queue holds. */
const HOLDS = 4;
/** Where no job is lost: so long that nothing is ever sent again, in milliseconds. */
const LONG_MS = 600_000;
const SHORT_MS = 50;

export default defineExercise({
  name: "job-queue",
  title: "A job queue that loses no job",
  hints: [
    "mq_send takes a priority, and the highest leaves first: `queue.send(bytes, { priority })`. What does not fit into the queue is not sorted by it.",
    "Worker and dispatcher wait for each other when both queues are full: the worker for room in `done`, the dispatcher for room in `queue`. Listen to `done` before you send the first job.",
    "When a job has gone into the queue, start a timer for it. An acknowledgement clears the timer; when it runs out, the job is sent again, with a new timer. Keep the numbers in a Set: the same job may be acknowledged twice.",
  ],
  processes: {
    async dispatcher(context) {
      const { dispatch } = await submitted<Submission>(context, "dispatch");
      using queue = openLibcQueue(context.text("queue"));
      using done = openLibcQueue(context.text("done"));
      const jobs = JSON.parse(context.text("jobs")) as Job[];
      return await context.log.call("dispatch", `${jobs.length} jobs`, () =>
        dispatch(jobs, queue, done, context.number("patienceMs")),
      );
    },
    /** Does jobs until it is ended: it takes a number and gives it back, so many times over. */
    worker({ text, number, log }) {
      using queue = openPosixQueue(text("queue"));
      using done = openPosixQueue(text("done"));
      for (;;) {
        const job = queue.receive();
        if (job.kind !== "message") continue;
        const id = Buffer.from(job.bytes).readUInt32LE(0);
        log.event("takes", { result: `job ${id}` });
        // The job that it dies of: taken, and not done.
        if (id === number("diesOf")) process.kill(process.pid, "SIGKILL");
        for (let i = 0; i < number("times"); i++) done.send(job.bytes);
      }
    },
  },
  schedules: {
    one: {
      says: "One worker, one job.",
      run: (context) => worked(context, [{ id: 0, priority: 5 }], {}),
    },
    urgent: {
      says: "The urgent ones first.",
      async run(context) {
        const jobs = [1, 9, 3, 7].map((priority, id) => ({ id, priority }));
        const { queue, names } = queues(context);
        const dispatcher = dispatch(context, names, jobs, LONG_MS);
        // All are in the queue before there is a worker.
        await filled(context, queue, jobs.length, dispatcher);
        const worker = context.start("worker", { args: { ...names, times: 1, diesOf: -1 } });
        const ids = await resultOf<number[]>(context, dispatcher, [worker]);
        context.require(
          ids.join() === "1,3,2,0",
          `jobs of priority 9, 7, 3, 1 were due in this order; done were ${priorities(ids, jobs)}`,
        );
      },
    },
    many: {
      says: "Far more jobs than the queues hold.",
      run: (context) =>
        worked(
          context,
          Array.from({ length: 60 }, (_, id) => ({ id, priority: id % 8 })),
          {},
        ),
    },
    twice: {
      says: "A job that is acknowledged twice counts once.",
      run: (context) =>
        worked(
          context,
          [0, 1, 2, 3].map((id) => ({ id, priority: 0 })),
          { times: 2 },
        ),
    },
    killed: {
      says: "A worker is killed with a job in its hands; another one does it.",
      async run(context) {
        const jobs = [0, 1, 2].map((id) => ({ id, priority: 9 - id }));
        const { names } = queues(context);
        const dispatcher = dispatch(context, names, jobs, SHORT_MS);
        const doomed = context.start("worker", {
          as: "doomed worker",
          args: { ...names, times: 1, diesOf: 0 },
        });
        await doomed.exited();
        const worker = context.start("worker", { args: { ...names, times: 1, diesOf: -1 } });
        all(context, jobs, await resultOf<number[]>(context, dispatcher, [worker]));
      },
    },
  },
  starter: {
    schedule: "urgent",
    observed: /^jobs of priority 9, 7, 3, 1 were due in this order; done were 1, 9, 3, 7$/,
  },
  wrong: {
    "lowest-first": { schedule: "urgent", observed: /done were 1, 3, 7, 9$/ },
    "sends-all-first": {
      schedule: "many",
      observed: /^dispatcher is asleep in epoll_p?wait.*; worker is asleep in mq_timedsend/,
    },
    "counts-acknowledgements": {
      schedule: "twice",
      observed: /^jobs 0, 1, 2, 3 were to be done, each once; dispatch\(\) resolved with 0, 0, 1, 1$/,
    },
    "never-again": {
      schedule: "killed",
      observed: /^dispatcher is asleep in epoll_p?wait.*; worker is asleep in mq_timedreceive/,
    },
  },
});

type Context = ExerciseContext<"dispatcher" | "worker">;
type Names = { queue: string; done: string };

function queues({ own }: Context): { queue: PosixQueue; names: Names } {
  const names = { queue: own("posix-mq"), done: own("posix-mq") };
  const size = { maxMessages: HOLDS, messageBytes: 8 };
  createPosixQueue(names.done, size).close();
  return { queue: createPosixQueue(names.queue, size), names };
}

function dispatch({ start }: Context, names: Names, jobs: readonly Job[], patienceMs: number) {
  return start("dispatcher", { args: { ...names, jobs: JSON.stringify(jobs), patienceMs } });
}

async function filled(
  context: Context,
  queue: PosixQueue,
  messages: number,
  dispatcher: ReturnType<Context["start"]>,
) {
  await context.until(() => queue.attributes().currentMessages === messages, {
    what: `${messages} jobs in the queue`,
    orElse: () => (dispatcher.running ? undefined : dispatcher.failure()),
  });
  queue.close();
}

async function worked(context: Context, jobs: readonly Job[], { times = 1 }): Promise<void> {
  const { queue, names } = queues(context);
  queue.close();
  const worker = context.start("worker", { args: { ...names, times, diesOf: -1 } });
  const dispatcher = dispatch(context, names, jobs, LONG_MS);
  all(context, jobs, await resultOf<number[]>(context, dispatcher, [worker]));
}

function all({ require }: Context, jobs: readonly Job[], ids: readonly number[]): void {
  const due = jobs.map(({ id }) => id);
  const told = (list: readonly number[]) => (list.length > 8 ? `${list.length} numbers` : list.join(", "));
  require(ids.toSorted((a, b) => a - b).join() ===
    due.join(), `jobs ${told(due)} were to be done, each once; dispatch() resolved with ${told(ids)}`);
}

function priorities(ids: readonly number[], jobs: readonly Job[]): string {
  return ids.map((id) => jobs[id]?.priority).join(", ");
}
