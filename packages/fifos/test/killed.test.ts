import { fifoDemos } from "@ipc-playground/fifos/demos";
import { testKilledDirector } from "@ipc-playground/lab-kit/suites";

// FIFOs lie in scratch directories.
testKilledDirector(fifoDemos, { withoutObjects: Object.keys(fifoDemos) });
