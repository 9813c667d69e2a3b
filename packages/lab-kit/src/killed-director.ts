// Directs one demo, and kills itself in the middle of it: so many milliseconds after it has started its
// first process; or as soon as it has seen a stopped process, or has started a program that is not the
// demo's own. A demo that starts nothing is over before anybody could kill it: there, at its second step.
import { loadDemo, runDemo } from "./run-demo.ts";
import { LiveStage } from "./stage/stage.ts";

const [module = "", when = "0"] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");
const { until, program } = LiveStage.prototype;

if (when === "stopped") {
  LiveStage.prototype.until = async function (fact, options) {
    const found = await until.call(this, fact, options);
    if (/to be stopped/.test(String(options.what))) die();
    return found as never;
  };
} else if (when === "program") {
  LiveStage.prototype.program = function (...args) {
    const actor = program.apply(this, args);
    die();
    return actor;
  };
} else {
  const { start } = LiveStage.prototype;
  LiveStage.prototype.start = function (...args) {
    setTimeout(die, Number(when));
    return start.apply(this, args);
  };
  LiveStage.prototype.program = function (...args) {
    setTimeout(die, Number(when));
    return program.apply(this, args);
  };
}
if (Object.keys((await loadDemo(new URL(module))).processes).length === 0) {
  let steps = 0;
  LiveStage.prototype.step = () => {
    if (++steps === 2) die();
  };
}
await runDemo(new URL(module));
