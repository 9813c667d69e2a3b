export { ERROR_CODES, type ErrorCode, IpcError, type IpcErrorDetails } from "./error.ts";
export {
  type ClaimSpec,
  type IpcEvent,
  isUnexpected,
  type JudgedClaim,
  type Summary,
  type Verdict,
} from "./event.ts";
