/** Why a connection was closed, in words of at most 123 bytes (RFC 6455, section 5.5), and whether to come back. */
export interface CloseCode {
  readonly code: number;
  readonly reason: string;
  readonly comeBack: boolean;
}

/** What each close is called in the code. */
export type CloseName =
  | "bye"
  | "goingAway"
  | "unsupportedData"
  | "abnormal"
  | "invalidPayload"
  | "policy"
  | "tooBig"
  | "internal"
  | "restart"
  | "overloaded"
  | "unauthorized"
  | "banned"
  | "heartbeatMissed"
  | "replaced"
  | "flooding";

/** Every close code in use (RFC 6455, section 7.4.1, the IANA registry of close codes, and our own from 4000). */
export const closeCodes: Readonly<Record<CloseName, CloseCode>> = {
  bye: { code: 1000, reason: "bye", comeBack: false },
  goingAway: { code: 1001, reason: "going away", comeBack: true },
  unsupportedData: { code: 1003, reason: "binary where none was announced", comeBack: false },
  abnormal: { code: 1006, reason: "connection lost", comeBack: true },
  invalidPayload: { code: 1007, reason: "invalid UTF-8", comeBack: false },
  policy: { code: 1008, reason: "policy", comeBack: false },
  tooBig: { code: 1009, reason: "too big", comeBack: false },
  internal: { code: 1011, reason: "internal error", comeBack: true },
  restart: { code: 1012, reason: "restart", comeBack: true },
  overloaded: { code: 1013, reason: "overloaded or stuck reader", comeBack: true },
  unauthorized: { code: 4401, reason: "credentials missing, bad or expired", comeBack: false },
  banned: { code: 4403, reason: "banned or revoked", comeBack: false },
  heartbeatMissed: { code: 4408, reason: "heartbeat missed", comeBack: true },
  replaced: { code: 4409, reason: "replaced", comeBack: false },
  flooding: { code: 4429, reason: "flooding", comeBack: true },
};

const known: ReadonlyMap<number, CloseCode> = new Map(Object.values(closeCodes).map((close) => [close.code, close]));

/** A protocol error (RFC 6455, section 7.4.1): the other side would only repeat it. */
const PROTOCOL_ERROR = 1002;

/** Whether a client comes back after a close with this code; a code that is not in the table counts as a lost connection. */
export function comesBack(code: number): boolean {
  return known.get(code)?.comeBack ?? code !== PROTOCOL_ERROR;
}

/** Whether a code may stand in a close frame (RFC 6455, section 7.4: 1004, 1005, 1006 and 1015 never do). */
export function sendable(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006);
}
