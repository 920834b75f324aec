import type { Sender } from "../../wire/mod.ts";

/** A user in a tiding. */
export type Named = readonly [id: string, name: string];

/** Which state of a node's members in a room a tiding is about. */
interface Stand {
  readonly node: string;
  /** Which of the rooms of that name that the node has had open, one after the other. */
  readonly edition: number;
  /** How many changes there have been since it was opened. */
  readonly version: number;
}

/** What nodes tell each other of who is in a room with them; it may come late, twice, in any order, or never. */
export type Tiding =
  /** The change that has led to this version. */
  | (Stand & {
      readonly type: "changed";
      readonly joined: readonly Named[];
      readonly left: readonly string[];
      /** Those among `left` who went by their own word: elsewhere too, nobody waits for them to come back. */
      readonly gone: readonly string[];
    })
  /** This is still how it is. */
  | (Stand & { readonly type: "standing" })
  /** All members, in so many parts. */
  | (Stand & {
      readonly type: "whole";
      readonly part: number;
      readonly parts: number;
      readonly members: readonly Named[];
    });

/** What is asked of all nodes, or of some: to tell all that they know of a room. */
export interface Asking {
  readonly room: string;
  readonly of?: readonly string[];
}

/** Where it is asked. */
export const ASKINGS = "presence";

/** Where it is told who is in a room. */
export function tidingsOf(room: string): string {
  return `presence ${room}`;
}

/** What the presence layer is told by itself and by others. */
export type PresenceNews =
  | { readonly type: "heard"; readonly tiding: Tiding }
  | { readonly type: "asked" }
  | { readonly type: "tell" }
  | { readonly type: "tellAll" }
  | { readonly type: "stand" }
  | { readonly type: "ask" }
  | { readonly type: "open" }
  /** Nodes have come or gone. */
  | { readonly type: "nodes" };

/** The name under which the layer is told its own messages. */
export const PRESENCE = "presence";

/** A message to the presence layer of a room. */
export function presenceNews(message: PresenceNews): { readonly type: "own"; layer: string; message: PresenceNews } {
  return { type: "own", layer: PRESENCE, message };
}

/** A user as it stands in a tiding. */
export function named({ id, name }: Sender): Named {
  return [id, name];
}
