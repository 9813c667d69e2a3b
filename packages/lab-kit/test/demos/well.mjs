import { defineDemo } from "@ipc-playground/lab-kit";

/** Everything that goes well: descriptors, values, a result, a program, a claim. */
export default defineDemo({
  name: "well",
  title: "Everything goes well",
  claims: {
    true: { says: "It is so.", expect: "holds", source: "test" },
    myth: { says: "It is not so.", expect: "refuted", source: "test" },
    hidden: { says: "Nobody knows.", expect: "holds", source: "test" },
  },
  processes: {
    adder: ({ number, log }) => {
      log.event("add", { note: "one and one" });
      return number("a") + number("b");
    },
  },
  async run({ start, program, claim, unavailable, step }) {
    step("Add.");
    const sum = await start("adder", { args: { a: 1, b: 1 } }).result();
    claim("true", sum === 2, `the sum is ${sum}`);
    const exit = await program("true", []).exited();
    claim("myth", exit.code !== 0, `true exited with ${exit.code}`);
    unavailable("hidden", "no permission");
  },
});
