import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { describe, expect } from "vitest";
import { publishKeys } from "../door/key-server.ts";
import { connect } from "./client.ts";
import { test } from "./contract-test.ts";
import { startServer } from "./server.ts";

function sign(key: CryptoKey, header: { readonly alg: string; readonly kid?: string }, claims = {}): Promise<string> {
  const exp = Math.floor(Date.now() / 1_000) + 60;
  return new SignJWT({ sub: "ada", exp, ...claims }).setProtectedHeader(header).sign(key);
}

/** Whether a server takes a token: 101, or the status of its refusal. */
async function takes(port: number, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  try {
    const client = await connect(`ws://127.0.0.1:${port}/ws`, { headers });
    expect((await client.next("welcome")).user).toMatchObject({ id: "ada", guest: false });
    await client.close();
    return 101;
  } catch (error) {
    return Number(/status (\d+)/.exec(String(error))?.[1]);
  }
}

describe("a public key in the settings", () => {
  for (const alg of ["EdDSA", "ES256", "PS256", "RS512"]) {
    test(`checks tokens by ${alg}, as PEM and as JWK`, async () => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const other = await generateKeyPair(alg, { extractable: true });
      for (const key of [await exportSPKI(publicKey), JSON.stringify(await exportJWK(publicKey))]) {
        const server = await startServer({ env: { GREENROOM_JWT_KEY: key, GREENROOM_JWT_ALGORITHM: alg } });
        try {
          expect(await takes(server.port, await sign(privateKey, { alg }))).toBe(101);
          expect(await takes(server.port, await sign(other.privateKey, { alg }))).toBe(401);
        } finally {
          await server.stop();
        }
      }
    }, 90_000);
  }
});

describe("keys from a URL", () => {
  test("check tokens for this audience of this issuer, and are asked for when they are needed", async () => {
    const keys = await publishKeys();
    const server = await startServer({
      env: {
        GREENROOM_JWKS_URL: keys.url,
        GREENROOM_JWT_ALGORITHM: "RS256",
        GREENROOM_JWT_ISSUER: "https://id.example",
        GREENROOM_JWT_AUDIENCE: "chat",
      },
    });
    try {
      const header = { alg: "RS256", kid: "one" };
      const good = { iss: "https://id.example", aud: "chat" };
      const key = await keys.publish("one");
      expect(await takes(server.port, await sign(key, header, good))).toBe(101);
      expect(await takes(server.port, await sign(key, header, { ...good, aud: "mail" }))).toBe(401);
      expect(await takes(server.port, await sign(key, header, { ...good, iss: "https://evil.example" }))).toBe(401);
      expect(await takes(server.port, await sign(key, { ...header, kid: "two" }, good))).toBe(401);
      expect(keys.asked).toBeLessThanOrEqual(2);
    } finally {
      await server.stop();
      await keys.close();
    }
  });

  test("that cannot be had keep users out for the time being: 503", async () => {
    const keys = await publishKeys();
    keys.broken = true;
    const env = { GREENROOM_JWKS_URL: keys.url, GREENROOM_JWT_ALGORITHM: "RS256" };
    const server = await startServer({ env });
    try {
      const token = await sign(await keys.publish("one"), { alg: "RS256", kid: "one" });
      expect(await takes(server.port, token)).toBe(503);
      const guest = await connect(`ws://127.0.0.1:${server.port}/ws`);
      await guest.next("welcome");
      await guest.close();
    } finally {
      await server.stop();
      await keys.close();
    }
  });
});
