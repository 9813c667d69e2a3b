// What other people's packages have and do not declare, as far as it is used here.

declare module "length-prefixed-stream" {
  import type { Transform } from "node:stream";

  const peer: {
    encode(): Transform;
    decode(options?: { limit?: number; allowEmpty?: boolean }): Transform;
  };
  export default peer;
}
