import { openReadEnd, openWriteEnd } from "@ipc-playground/fifos";

/** Knows the trick, and waits in open for a reader: itself, one line further down. */
export async function serve(path: string, handle: (line: string) => void): Promise<void> {
  using _keepAlive = openWriteEnd(path);
  let rest = "";
  for await (const chunk of openReadEnd(path).toStream().setEncoding("utf8")) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "quit") return;
      handle(line);
    }
  }
}
