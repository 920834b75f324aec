import { type Address, keyOf, parseAddress } from "./address.ts";
import { type Hop, readForwarded } from "./forwarded.ts";
import type { Networks } from "./networks.ts";

/** Which header tells of a request's way through proxies. */
export type ProxyHeader = "x-forwarded-for" | "forwarded";

/** Where a request comes from, and what it was sent to. */
export interface Caller {
  /** What its address counts as; `undefined` where the runtime does not say. */
  readonly address: string | undefined;
  /** The origin under which the request reached us, as a page of ours would have it. */
  readonly own: string;
}

/** Whom to believe about a request's way. */
export interface Trust {
  readonly proxies: Networks;
  readonly header: ProxyHeader;
}

/** The most hops that are looked at. */
const HOPS = 32;
/** A host and perhaps a port, in what a URL makes of them. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Tells where a request comes from. Only what a trusted proxy says is believed: of the addresses it passes on, the
 * rightmost that is not a trusted proxy itself is the client's, since anyone may write what stands to the left of it.
 *
 * @param peer the address at the other end of the connection, as the runtime has it.
 */
export function callerOf(request: Request, peer: string | undefined, { proxies, header }: Trust): Caller {
  const direct = peer === undefined ? undefined : parseAddress(peer);
  const { origin } = new URL(request.url);
  if (direct === undefined) return { address: undefined, own: origin };
  if (!proxies.has(direct)) return { address: keyOf(direct), own: origin };
  const said = request.headers.get(header) ?? "";
  const hops = header === "forwarded" ? readForwarded(said) : said.split(",").map((hop) => ({ for: hop.trim() }));
  return { address: keyOf(client(hops, direct, proxies)), own: ownOf(request, header, hops) };
}

/** The rightmost address that is no trusted proxy's; behind one that cannot be read nothing is believed. */
function client(hops: readonly Hop[], direct: Address, proxies: Networks): Address {
  let last = direct;
  for (const hop of hops.slice(-HOPS).reverse()) {
    const address = parseAddress(hop.for ?? "");
    if (address === undefined) return last;
    if (!proxies.has(address)) return address;
    last = address;
  }
  return last;
}

/** The origin that a trusted proxy was asked for: by the last hop's word, the only one that nobody else has written. */
function ownOf({ url, headers }: Request, header: ProxyHeader, hops: readonly Hop[]): string {
  const { host, protocol, origin } = new URL(url);
  const hop = hops.at(-1);
  const saidProto = header === "forwarded" ? hop?.proto : lastOf(headers.get("x-forwarded-proto"));
  const saidHost = header === "forwarded" ? hop?.host : lastOf(headers.get("x-forwarded-host"));
  const scheme = /^(?:https|wss)$/i.test(saidProto ?? "") ? "https:" : saidProto === undefined ? protocol : "http:";
  const target = `${scheme}//${saidHost !== undefined && HOST.test(saidHost) ? saidHost : host}`;
  return URL.canParse(target) ? new URL(target).origin : origin;
}

function lastOf(list: string | null): string | undefined {
  return list?.split(",").at(-1)?.trim();
}
