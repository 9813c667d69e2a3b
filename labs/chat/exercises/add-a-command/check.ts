import { once } from "node:events";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { type Effect, People } from "./chat.ts";
import { openDoor } from "./door.ts";
import { CAST, inLobby, mismatch, OTHERS, refused, type Step, told } from "./play.ts";

type Submission = typeof import("./starter.ts");

const ALMOST_1 = 0.999_999;

export default defineExercise({
  name: "add-a-command",
  title: "A command more",
  hints: [
    "A command is a line in the switch and a function that returns effects. Look at say(): who may, what may be said, who is told?",
    "/me: nobody in the room: refuse. textRefusal() says what no text may have. Then tell(people.companyOf(nick), …): that is everybody, the one who typed it included.",
    "/roll: take the dice apart, check both numbers before the first one falls, fill an array with 1 + Math.floor(chance() * sides), and make one line, which all are told.",
  ],
  processes: {
    /** Plays the lines to the core, without any socket, and returns what each led to. */
    async core(context) {
      const { carryOut } = await submitted<Submission>(context, "carryOut");
      const people = new People();
      for (const [nick, room] of Object.entries(CAST)) {
        people.add(nick);
        people.move(nick, room);
      }
      const steps = JSON.parse(context.text("steps")) as Step[];
      return steps.map(({ nick, line, chances = [] }) => {
        const left = [...chances];
        const effects = carryOut(people, nick, line, () => left.shift() ?? 0);
        context.log.event("line", { object: nick, result: JSON.stringify(line) });
        for (const effect of effects) {
          context.log.event("tell", { object: effect.to, result: JSON.stringify(effect.line) });
        }
        return effects;
      });
    },
    /** The same core behind a door. */
    async server(context) {
      const { carryOut } = await submitted<Submission>(context, "carryOut");
      const server = openDoor(carryOut).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      writeFileSync(`${context.text("portFile")}.new`, String(port));
      renameSync(`${context.text("portFile")}.new`, context.text("portFile"));
    },
    /** Types what it has to, and returns what it heard up to the line that it waits for. */
    async person({ number, text, log }) {
      const socket = connect(number("port"), "127.0.0.1");
      socket.write(`${text("nick")}\n`);
      const heard: string[] = [];
      for await (const line of createInterface(socket)) {
        log.event("hear", { result: line });
        heard.push(line);
        if (line === text("begins")) socket.write(text("types"));
        if (line === text("until")) break;
      }
      socket.destroy();
      return heard;
    },
  },
  schedules: {
    me: {
      says: "/me TEXT is told to everybody in the room, and to nobody else.",
      run: (context) =>
        played(context, [
          { nick: "ana", line: "/me waves", due: { ana: ["* ana waves"], ben: ["* ana waves"] } },
          { nick: "cleo", line: "/me is  alone", due: { cleo: ["* cleo is  alone"] } },
        ]),
    },
    case: {
      says: "/ME is /me, as /JOIN is /join.",
      run: (context) =>
        played(context, [
          { nick: "ben", line: "/ME Waves", due: { ana: ["* ben Waves"], ben: ["* ben Waves"] } },
        ]),
    },
    others: { says: "What there was before goes on as it did.", run: (context) => played(context, OTHERS) },
    outside: {
      says: "In no room both are refused, and only the one who typed is told.",
      run: (context) => played(context, [refused("dan", "/me waves"), refused("dan", "/roll 2d6")]),
    },
    text: {
      says: "A text that could not be said is refused here as well: none at all, or one with a control character.",
      run: (context) =>
        played(context, [
          refused("ana", "/me"),
          refused("ana", "/me  "),
          refused("ana", "/me waves\n-- ben left lobby"),
          refused("ana", "/me waves\r-- ben left lobby"),
          refused("ana", "/me \u001b[2J"),
          { nick: "ana", line: "/me has\ta tab", due: inLobby("* ana has\ta tab") },
        ]),
    },
    roll: {
      says: "/roll NdM tells all in the room the same dice, those of the chance that was passed in.",
      run: (context) =>
        played(context, [
          { nick: "ana", line: "/roll 2d6", chances: [0, 0.5], due: inLobby("* ana rolls 2d6: 1 + 4 = 5") },
          {
            nick: "ana",
            line: "/roll 3d20",
            chances: [0.05, ALMOST_1, 0],
            due: inLobby("* ana rolls 3d20: 2 + 20 + 1 = 23"),
          },
          { nick: "ben", line: "/roll", chances: [ALMOST_1], due: inLobby("* ben rolls 1d6: 6 = 6") },
          { nick: "ben", line: "/ROLL 1D2", chances: [0.5], due: inLobby("* ben rolls 1d2: 2 = 2") },
        ]),
    },
    limits: {
      says: "1 to 20 dice with 2 to 1000 sides; anything else is refused.",
      async run(context) {
        const ones = Array.from({ length: 20 }, () => 1).join(" + ");
        const most = {
          nick: "cleo",
          line: "/roll 20d1000",
          due: { cleo: [`* cleo rolls 20d1000: ${ones} = 20`] },
        };
        const none = ["0d6", "21d6", "1d1", "1d1001", "d", "2d", "-1d6", "1.5d6", "two", "2d6x"];
        await played(context, [most, ...none.map((dice) => refused("ana", `/roll ${dice}`))]);
        await played(context, [refused("ana", "/roll 1000000000d6")]);
      },
    },
    sockets: { says: "Two people over TCP, with real dice.", run: overSockets },
  },
  starter: {
    schedule: "me",
    observed:
      /^ana typed "\/me waves": ana heard "! there is no command \/me", where "\* ana waves" was due$/,
  },
  wrong: {
    "sender-only": {
      schedule: "me",
      observed: /^ana typed "\/me waves": ben heard nothing, where "\* ana waves" was due$/,
    },
    "small-letters": { schedule: "case", observed: /^ben typed "\/ME Waves": ana heard nothing, where/ },
    "starts-with": {
      schedule: "others",
      observed: /^ana typed "\/members": ana heard "\* ana mbers", where "-- lobby: ana, ben" was due$/,
    },
    "silent-outside": {
      schedule: "outside",
      observed: /^dan \(in no room\) typed "\/me waves": dan heard nothing, where a refusal was due$/,
    },
    "any-text": {
      schedule: "text",
      observed: /^ana typed "\/me waves\\n-- ben.*": ana heard "\* ana waves\\n/,
    },
    "own-dice": {
      schedule: "roll",
      observed: /^ana typed "\/roll \d+d\d+" \(chance gave .*\): ana heard "\* ana rolls/,
    },
    "rolls-for-each": {
      schedule: "roll",
      observed: /: ben heard "\* ana rolls 2d6: 1 \+ 1 = 2", where "\* ana rolls 2d6: 1 \+ 4 = 5" was due$/,
    },
    "any-number": {
      schedule: "limits",
      observed: /^ana typed "\/roll 0d6": ana heard .* where a refusal was/,
    },
  },
});

type Context = ExerciseContext<"core" | "server" | "person">;

async function played(context: Context, steps: readonly Step[]): Promise<void> {
  const core = context.start("core", { args: { steps: JSON.stringify(steps) } });
  const outcomes = await resultOf<Effect[][]>(context, core);
  for (const [i, step] of steps.entries()) {
    const wrong = mismatch(step, outcomes[i] as Effect[]);
    context.require(wrong === "", wrong);
  }
}

async function overSockets(context: Context): Promise<void> {
  const portFile = join(context.scratch(), "port");
  const server = context.start("server", { args: { portFile } });
  const port = await context.until(() => existsSync(portFile) && Number(readFileSync(portFile, "utf8")), {
    what: "the server to listen",
  });
  const until = "<ana> bye";
  const ben = context.start("person", {
    as: "ben",
    args: { port, nick: "ben", begins: "-- ben joined lobby", types: "", until },
  });
  await ben.said("hear");
  const ana = context.start("person", {
    as: "ana",
    args: {
      port,
      nick: "ana",
      begins: "-- ana joined lobby",
      // Like some programs do: a line ends with two characters.
      types: "/me waves\r\n/roll 20d6\r\nbye\r\n/members\r\n",
      until: "-- lobby: ben, ana",
    },
  });
  const heard = await resultOf<string[]>(context, ben, [ana, server]);
  const own = await resultOf<string[]>(context, ana, [server]);
  const [, wave, roll = ""] = own;
  context.require(wave === "* ana waves", `ana typed "/me waves" and heard ${told(own.slice(1))}`);
  const [, points = "", sum] = /^\* ana rolls 20d6: ([1-6](?: \+ [1-6]){19}) = (\d+)$/.exec(roll) ?? [];
  const due = points.split(" + ").reduce((total, each) => total + Number(each), 0);
  context.require(Number(sum) === due, `ana typed "/roll 20d6" and heard ${JSON.stringify(roll)}`);
  context.require(
    told(heard.slice(2)) === told([wave as string, roll, until]),
    `ana heard ${told(own.slice(1, 3))} and said "bye"; ben heard ${told(heard.slice(2))}`,
  );
}
