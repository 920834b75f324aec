import type { Json } from "../wire/mod.ts";

/** What is known of a file, beside its bytes. */
export interface File {
  readonly room: string;
  readonly name: string;
  /** The media type it claims to be of. */
  readonly media: string;
  readonly size: number;
  /** Of its bytes, in lower-case hexadecimal. */
  readonly sha256: string;
  /** The media type under which a browser may show it in place; `undefined`: it is to be saved, whatever it claims. */
  readonly shown: string | undefined;
  /** When it came, in ms since 1970. */
  readonly at: number;
}

/** The file as a record. */
export function toRecord({ shown, ...file }: File): Json {
  return shown === undefined ? file : { ...file, shown };
}

/** The file that a record holds. */
export function fromRecord(value: Json): File {
  return { shown: undefined, ...(value as unknown as Omit<File, "shown">) };
}
