import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { submitted } from "@ipc-playground/lab-kit/exercises";
import { Gathering } from "./gathering.ts";

type Submission = typeof import("./starter.ts");

export default defineExercise({
  name: "bot",
  title: "A bot that behaves",
  hints: [
    "`message` tells of everything that is said in the room, by the bot itself as well. Look at `from` before anything else.",
    "The library comes back by itself, and tells what was missed as if nothing had been. What you do on `welcome`, you do after every cut; what is to be done once, do with `once`, or look at its second argument.",
    "Notices (`joined`) that it missed do not come again. `people` says who is in the room, whenever that changes, and after every welcome: greet who is not in your Set of those you have met.",
    "`say()` sends again after a cut, by itself, until it is acknowledged. So it need not be said again; and who says goodbye has to await it before `quit()`.",
  ],
  processes: {
    async bot(context) {
      const { runBot } = await submitted<Submission>(context, "runBot");
      const stop = new AbortController();
      process.once("SIGTERM", () => {
        context.log.event("stop", { note: "It is told to stop." });
        stop.abort();
      });
      const server = { host: "127.0.0.1", port: context.number("port") };
      await runBot(server, context.text("room"), stop.signal).catch((error) => {
        // When it has been told: what is still connected would keep the process.
        setImmediate(() => process.exit());
        throw error;
      });
    },
  },
  schedules: {
    counts: {
      says: "It counts what people say since it came, and says so to whoever asks.",
      run: (context) =>
        gathered(context, async (room) => {
          await room.says("ana", "is anybody here?");
          await room.botComes();
          await room.says("ana", "good morning");
          await room.says("ben", "what does !count do?");
          await room.says("ana", "!count");
          await room.botSays("ana asked in the third message", "!count is 3, ana");
          await room.says("ben", "!count again, please");
          await room.botSays("ben asked in the fourth message", "!count is 4, ben");
          await room.says("ana", "!count");
          await room.botSays("ana asked in the fifth message", "!count is 5, ana");
        }),
    },
    greets: {
      says: "It greets those who come after it: each once, however often they come.",
      run: (context) =>
        gathered(context, async (room) => {
          await room.botComes();
          await room.comes("cleo");
          await room.botSays("cleo came", "hello cleo");
          await room.goes("cleo");
          await room.comes("cleo");
          await room.comes("dan");
          await room.botSays("cleo came again, and dan for the first time", "hello dan");
          await room.goes("ben");
          await room.comes("ben");
          await room.says("ana", "!count");
          await room.botSays("ben went and came back, and ana asked", "!count is 1, ana");
        }),
    },
    bots: {
      says: "Another bot asks each time that it hears a count. It is neither answered, nor counted, nor greeted.",
      run: (context) =>
        gathered(context, async (room) => {
          await room.botComes();
          const { hasAsked } = await room.echoBotComes();
          await room.says("ana", "!count");
          await room.botSays("echo-bot came, and ana asked", "!count is 1, ana");
          await hasAsked;
          await room.says("ana", "!count");
          await room.botSays("echo-bot asked, and then ana", "!count is 2, ana");
        }),
    },
    cut: {
      says: "Its connection is cut, twice, and the people talk on. Nothing is forgotten, and nothing done twice.",
      run: (context) =>
        gathered(context, async (room) => {
          await room.botComes();
          await room.says("ana", "!count");
          await room.botSays("ana asked in the first message", "!count is 1, ana");
          await room.pullCable();
          await room.says("ben", "where is the bot?");
          await room.says("ben", "!count");
          await room.comes("cleo");
          room.plugIn();
          await room.botIsBack();
          await room.botSays(
            "while it was cut off, ben asked in the third message, and cleo came",
            "!count is 3, ben",
            "hello cleo",
          );
          await room.pullCable();
          await room.says("cleo", "again?");
          room.plugIn();
          await room.botIsBack();
          await room.says("ana", "!count");
          await room.botSays("it was cut off again, and ana asked in the fifth message", "!count is 5, ana");
        }),
    },
    unheard: {
      says: "Its answer arrives, and the connection is cut before it can know. The answer comes once.",
      run: (context) =>
        gathered(context, async (room) => {
          await room.botComes();
          await room.says("ana", "!count");
          await room.botSays("ana asked in the first message", "!count is 1, ana");
          room.deafenBot();
          await room.says("ana", "!count");
          await room.botSays("ana asked in the second message", "!count is 2, ana");
          await room.pullCable();
          room.plugIn();
          await room.botIsBack();
          await room.says("ana", "!count");
          await room.botSays(
            "its second answer was said and never acknowledged, and ana asked again",
            "!count is 3, ana",
          );
        }),
    },
    goodbye: {
      says: "It is told to stop: it says goodbye, and quits.",
      run: (context) =>
        gathered(context, async (room) => {
          await room.botComes();
          await room.stopBot();
          await leaves(context, room);
        }),
    },
    late: {
      says: "It is told to stop while it is cut off: it says goodbye when it is back.",
      run: (context) =>
        gathered(context, async (room) => {
          await room.botComes();
          await room.pullCable();
          await room.stopBot();
          room.plugIn();
          await leaves(context, room);
        }),
    },
  },
  starter: {
    schedule: "counts",
    observed: /^(ana|ben) asked in the \w+ message: counter-bot said .*"!count is \d+, counter-bot"/,
  },
  wrong: {
    "counts-itself": {
      schedule: "counts",
      observed:
        /^ben asked in the fourth message: counter-bot said "!count is 5, ben", where "!count is 4, ben"/,
    },
    "greets-again": {
      schedule: "greets",
      observed: /^cleo came again, .*: counter-bot said "hello cleo".*, where "hello dan" was due/,
    },
    "answers-bots": {
      schedule: "bots",
      observed: /^echo-bot .*: counter-bot said .*"!count is 2, echo-bot"/,
    },
    forgets: {
      schedule: "cut",
      observed: /^while it was cut off, .*"!count is 2, ben".*where "!count is 3, ben"/,
    },
    "counts-twice": {
      schedule: "cut",
      observed: /^while it was cut off, .*"!count is [45], ben".*, where "!count is 3, ben"/,
    },
    "misses-newcomers": {
      schedule: "cut",
      observed: /^while it was cut off, .* counter-bot said "!count is 3, ben", where .*"hello cleo" was due/,
    },
    "greets-all-when-back": {
      schedule: "cut",
      observed:
        /^while it was cut off, .* counter-bot said .*"hello (ana|ben)".*, where .*"hello cleo" was due/,
    },
    "says-again": {
      schedule: "unheard",
      observed: /never acknowledged.* counter-bot said "!count is 2, ana".* where/,
    },
    "hangs-up": { schedule: "goodbye", observed: /^counter-bot said goodbye, and did not quit: / },
    "does-not-wait": {
      schedule: "late",
      observed: /^it was told to stop: counter-bot said nothing, where "goodbye" was due/,
    },
  },
});

type Context = ExerciseContext<"bot">;

/** Ana and ben are there; then what the schedule says. */
async function gathered(context: Context, play: (room: Gathering) => Promise<void>): Promise<void> {
  await using room = await Gathering.open(context);
  await room.comes("ben");
  await play(room);
}

async function leaves(context: Context, room: Gathering): Promise<void> {
  await room.botSays("it was told to stop", "goodbye");
  const reason = await room.botGoes();
  context.require(
    reason.startsWith("quit"),
    `counter-bot said goodbye, and did not quit: it left the room, the others are told, because it "${reason}"`,
  );
}
