import { openReadEndWithin } from "@ipc-playground/fifos";

/** Nobody waits this long for a first client. */
const A_DAY_MS = 86_400_000;

/**
 * Serve the requests that come through the FIFO at `path`, which exists: one line of text each,
 * from clients that come and go. Call `handle` with each line, in the order in which they come and
 * without the line feed. The line "quit" is no request: it closes the FIFO and resolves the promise.
 *
 * It works when you try it. On the next day somebody finds that the server has died with its first
 * client.
 */
export async function serve(path: string, handle: (line: string) => void): Promise<void> {
  const requests = (await openReadEndWithin(path, A_DAY_MS)).toStream();
  let rest = "";
  for await (const chunk of requests.setEncoding("utf8")) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "quit") return;
      handle(line);
    }
  }
}
