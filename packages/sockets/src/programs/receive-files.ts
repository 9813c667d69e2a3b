#!/usr/bin/env node
import { stat } from "node:fs/promises";
import { IpcError } from "@ipc-playground/contract";
import { addressText, parsePort } from "../tcp/address.ts";
import { serve } from "../tcp/serve.ts";
import { formatBytes, ProgressDisplay } from "../transfer/progress.ts";
import { receiveFile } from "../transfer/receive.ts";
import { shownName } from "../transfer/safe-name.ts";
import { argumentsOf, onStop, plain, runProgram } from "./ending.ts";

const DEFAULT_PORT = "5001";

await runProgram(async () => {
  const usage = "receive-files FOLDER [PORT [ADDRESS]]";
  const [folder = ".", port = DEFAULT_PORT, host = "127.0.0.1"] = argumentsOf(usage, 1, 3);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new IpcError("NO_SUCH_FILE", `${folder} is not a folder`, `make it: mkdir ${folder}`);
  }
  const server = await serve(
    async ({ socket, peer }) => {
      let display: ProgressDisplay | undefined;
      try {
        const { offer } = await receiveFile(socket, folder, {
          onProgress: (bytes, offer) => {
            display ??= new ProgressDisplay(offer.name, offer.size);
            display.update(bytes);
          },
        });
        display?.finish();
        console.log(
          `received ${shownName(offer.name)}, ${formatBytes(offer.size)}, ${offer.mime}, from ${peer}`,
        );
      } catch (error) {
        display?.finish();
        console.error(plain(error as IpcError));
      }
    },
    { port: parsePort(port), host },
  );
  console.log(`files come into ${folder} at ${addressText(server.address)}; Ctrl-C ends it`);
  onStop(() => void server.close());
});
