import { type Address, parseAddress } from "./address.ts";

/** A network (RFC 4632 §3.1): all addresses that begin with the same bits. */
interface Network {
  readonly address: Address;
  readonly bits: number;
}

/** Some networks, such as those of trusted proxies. */
export class Networks {
  readonly #networks: readonly Network[];

  /** @throws {Error} where one of `texts` is neither an address nor a network such as `10.0.0.0/8`. */
  constructor(texts: readonly string[]) {
    this.#networks = texts.map((text) => {
      const network = parseNetwork(text);
      if (network === undefined) throw new Error(`Cannot read the network ${JSON.stringify(text)}: it is none`);
      return network;
    });
  }

  has(address: Address): boolean {
    return this.#networks.some((network) => holds(network, address));
  }
}

/** Whether a text is an address or a network. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

function parseNetwork(text: string): Network | undefined {
  const [, base = "", length] = /^([^/[\]]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(base);
  // A port would be read as well, and means nothing here.
  if (address === undefined || /^\d+\.[\d.]+:/.test(base)) return undefined;
  const most = address.length * 8;
  const bits = length === undefined ? most : Number(length) - (isMapped(base, address) ? 96 : 0);
  return bits < 0 || bits > most ? undefined : { address, bits };
}

/** Whether an IPv4 address was written as an IPv6 one, whose bits count from there. */
function isMapped(text: string, address: Address): boolean {
  return address.length === 4 && text.includes(":");
}

function holds({ address: base, bits }: Network, address: Address): boolean {
  if (base.length !== address.length) return false;
  return base.every((byte, at) => {
    const mask = 0xff & ~(0xff >> Math.min(8, Math.max(0, bits - at * 8)));
    return (byte & mask) === ((address[at] as number) & mask);
  });
}
