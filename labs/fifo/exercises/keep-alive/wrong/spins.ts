import { setImmediate } from "node:timers/promises";
import { openReadEndNow } from "@ipc-playground/fifos";

/** Takes end-of-file for "not yet" and asks again: a server that uses a whole processor to wait. */
export async function serve(path: string, handle: (line: string) => void): Promise<void> {
  using requests = openReadEndNow(path, { nonBlocking: true });
  const buffer = Buffer.alloc(4_096);
  let rest = "";
  for (;;) {
    const result = requests.read(buffer);
    if (result.kind !== "bytes") {
      await setImmediate();
      continue;
    }
    const lines = (rest + buffer.toString("utf8", 0, result.bytes)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "quit") return;
      handle(line);
    }
  }
}
