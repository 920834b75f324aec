import type { Format } from "../../actors/wire/mod.ts";
import type { LineTraits } from "./line.ts";
import type { Link, Peer } from "./link.ts";
import type { Transport } from "./transport.ts";

/** A client as nodes, the network and its mishaps see it. */
export interface Visitor extends Peer {
  readonly name: string;
  readonly link: Link | undefined;
  /** What it has asked and has no answer to. */
  readonly requests: { readonly size: number };
  readonly options: { readonly format: Format; readonly transport: Transport; readonly traits: LineTraits };
  note(what: string): undefined;
}
