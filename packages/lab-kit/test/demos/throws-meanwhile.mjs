import { defineDemo } from "@ipc-playground/lab-kit";

export default defineDemo({
  name: "throws-meanwhile",
  title: "A process throws while the director waits for a fact",
  claims: {},
  processes: {
    thrower: () => {
      throw new Error("out of luck");
    },
  },
  async run({ start, until }) {
    start("thrower");
    await until(() => false, { what: "what only the process could bring about" });
  },
});
