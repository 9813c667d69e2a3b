#!/usr/bin/env node
import { parsePort } from "../tcp/address.ts";
import { deliver } from "../transfer/deliver.ts";
import { OutgoingFile } from "../transfer/outgoing-file.ts";
import { ProgressDisplay } from "../transfer/progress.ts";
import { shownName } from "../transfer/safe-name.ts";
import { argumentsOf, plain, runProgram } from "./ending.ts";

const DEFAULT_PORT = "5001";

await runProgram(async () => {
  const usage = "send-file FILE [PORT [HOST]]";
  const [path = "", port = DEFAULT_PORT, host = "127.0.0.1"] = argumentsOf(usage, 1, 3);
  await using file = await OutgoingFile.open(path);
  const display = new ProgressDisplay(file.offer.name, file.offer.size);
  const { resumedFrom } = await deliver(file, {
    host,
    port: parsePort(port),
    onProgress: (bytes) => display.update(bytes),
    onRetry: (delayMs, why) => {
      display.finish();
      console.error(`${plain(why)} Next try in ${(delayMs / 1000).toFixed(1)} s`);
    },
  }).finally(() => display.finish());
  const resumed = resumedFrom === 0 ? "" : `, of which ${resumedFrom} were there already`;
  console.log(`${shownName(file.offer.name)} has arrived whole: ${file.offer.size} bytes${resumed}`);
});
