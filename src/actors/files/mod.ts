export type { Blobs, Deposit, Reading } from "./blobs.ts";
export type { File } from "./file.ts";
export type { Files, Opened } from "./files.ts";
export { type FilingOptions, filing } from "./filing.ts";
export type { Arrived, Brought, Incoming } from "./incoming.ts";
export { type Naming, namingOf } from "./naming.ts";
export { newFileId } from "./new-id.ts";
export { type Refusal, refused } from "./refusal.ts";
