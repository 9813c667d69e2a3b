import { openReadEnd } from "@ipc-playground/fifos";

/** Closes at end-of-file and opens again: a request that comes in between goes down with the descriptor. */
export async function serve(path: string, handle: (line: string) => void): Promise<void> {
  for (;;) {
    using requests = openReadEnd(path);
    for (const line of Buffer.from(requests.readToEnd()).toString().split("\n")) {
      if (line === "quit") return;
      if (line !== "") handle(line);
    }
  }
}
