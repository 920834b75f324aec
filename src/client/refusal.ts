import type { ErrorEvent } from "../actors/wire/mod.ts";
import type { FailureCode } from "./room-state.ts";

/** Something that was asked for was not done, for good; `cause` is the error of the protocol, where there was one. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: FailureCode;
  declare readonly cause: ErrorEvent | undefined;

  constructor(code: FailureCode, cause?: ErrorEvent) {
    super(cause?.message ?? `Cannot go on: ${code}`, { cause });
    this.code = code;
  }
}
