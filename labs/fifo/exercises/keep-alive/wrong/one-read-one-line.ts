import { openReadEndNow, openWriteEndNow } from "@ipc-playground/fifos";

/** Lives on, and takes whatever one read brings for one line. */
export async function serve(path: string, handle: (line: string) => void): Promise<void> {
  const readEnd = openReadEndNow(path);
  using _keepAlive = openWriteEndNow(path);
  for await (const chunk of readEnd.toStream().setEncoding("utf8")) {
    const line = (chunk as string).trim();
    if (line === "quit") return;
    handle(line);
  }
}
