import { defineDemo } from "@ipc-playground/lab-kit";

export default defineDemo({
  name: "throws",
  title: "A process throws",
  claims: {},
  processes: {
    thrower: () => {
      throw new Error("out of luck");
    },
  },
  async run({ start }) {
    await start("thrower").result();
  },
});
