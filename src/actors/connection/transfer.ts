import type { Arrived, Opened, Refusal } from "../files/mod.ts";

/** What a transfer has waited for, and is told. */
export type TransferStep =
  /** Bytes may come, or may not. */
  | { readonly type: "begun"; readonly refusal: Refusal | undefined }
  /** So many bytes have been taken by the store, or refused. */
  | { readonly type: "written"; readonly bytes: number; readonly refusal: Refusal | undefined }
  | { readonly type: "finished"; readonly outcome: Arrived | Refusal }
  /** It is time to look whether anything still comes. */
  | { readonly type: "look" }
  | { readonly type: "opened"; readonly opened: Opened | undefined }
  | { readonly type: "read"; readonly bytes: Uint8Array }
  /** There is room for the next bytes. */
  | { readonly type: "eased" }
  | { readonly type: "failed"; readonly error: unknown };

/** An upload or a download under way. */
export interface Transfer {
  /** Goes on with it. */
  step(step: TransferStep): undefined;
  /** Takes bytes from the peer; one that expects none has no such method. */
  take?(bytes: Uint8Array): undefined;
  /** Ends it with an error. */
  refuse(refusal: Refusal): undefined;
  /** Ends it without a word: the peer is gone. */
  drop(): undefined;
}
