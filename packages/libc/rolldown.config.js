// Every process of every demo, exercise and benchmark loads this package, and Node takes about a
// millisecond to find each file: fifty of them are a third of what such a process needs to start.
export default {
  input: "dist/index.js",
  platform: "node",
  external: [/^[^./]/],
  output: { file: "dist/whole.js", sourcemap: true },
};
