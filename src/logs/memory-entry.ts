import type { Entry } from "../actors/room/log.ts";
import type { Json } from "../actors/wire/mod.ts";

/** An entry as it is kept: data as the JSON it came as, since the objects of it would take ten times the room. */
export interface Kept {
  readonly entry: Entry;
  readonly dataText: string | undefined;
  readonly bytes: number;
}

/** What an entry is kept as; its bytes are about what it holds in memory: texts in UTF-16, and 200 bytes around them. */
export function keep({ data, ...rest }: Entry): Kept {
  const dataText = data === undefined ? undefined : JSON.stringify(data);
  const { content, sender, key = "", attachment, redacts } = rest;
  const beside = attachment === undefined ? 0 : 200 + attachment.name.length + attachment.media.length;
  const units = content.length + (dataText?.length ?? 0) + sender.id.length + sender.name.length + 2 * key.length;
  return {
    entry: { ...rest, data: undefined },
    dataText,
    bytes: 200 + 2 * (units + beside + (redacts?.reason?.length ?? 0)),
  };
}

/** The entry as it came. */
export function entryOf({ entry, dataText }: Kept): Entry {
  return dataText === undefined ? entry : { ...entry, data: JSON.parse(dataText) as Json };
}
