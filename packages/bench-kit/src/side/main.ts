/** The process of one side. */
import { endWith } from "./parent.ts";
import { CONTROL_FD, type SideJob } from "./protocol.ts";
import { serve } from "./serve.ts";

const job = JSON.parse(process.argv[2] ?? "") as SideJob;
endWith(job.coordinator);
await serve(job, CONTROL_FD);
