import { defineDemo } from "@ipc-playground/lab-kit";

export default defineDemo({
  name: "unjudged",
  title: "A claim is forgotten",
  claims: { forgotten: { says: "Nobody looks.", expect: "holds", source: "test" } },
  processes: {},
  async run() {},
});
