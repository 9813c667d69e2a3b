import { openReadEndNow, openWriteEndNow } from "@ipc-playground/fifos";

/** Serve the requests that come through the FIFO at `path`, a line each, until one says "quit". */
export async function serve(path: string, handle: (line: string) => void): Promise<void> {
  const readEnd = openReadEndNow(path);
  // A writer that never writes. While it is there, the last client to leave is not the last
  // writer, and what the server finds between two clients is an empty FIFO, not its end. The read
  // end has to be open first: a writer alone would be refused.
  using _keepAlive = openWriteEndNow(path);
  let rest = "";
  for await (const chunk of readEnd.toStream().setEncoding("utf8")) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "quit") return;
      handle(line);
    }
  }
}
