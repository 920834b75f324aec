import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair } from "jose";

/** A place where keys are published, and how often they were asked for. */
export interface KeyServer {
  readonly url: string;
  asked: number;
  /** Answers with 500 while it is so. */
  broken: boolean;
  /** Makes a new key under a name, and publishes it beside the others. */
  publish(kid: string): Promise<CryptoKey>;
  withdraw(kid: string): void;
  close(): Promise<void>;
}

/** Publishes keys for RS256 on a free port of this machine. */
export async function publishKeys(): Promise<KeyServer> {
  const keys = new Map<string, object>();
  const server = createServer((_, response) => {
    house.asked += 1;
    response.writeHead(house.broken ? 500 : 200, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify({ keys: [...keys.values()] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const house: KeyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    asked: 0,
    broken: false,
    async publish(kid) {
      const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
      keys.set(kid, { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" });
      return privateKey;
    },
    withdraw: (kid) => void keys.delete(kid),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return house;
}
