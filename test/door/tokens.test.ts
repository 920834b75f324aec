import fc from "fast-check";
import {
  CompactSign,
  type CryptoKey,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
} from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Algorithm, algorithms, isSymmetric, type TokenOptions, Tokens } from "../../src/door/mod.ts";
import { keepSecret, leaksIn } from "../contract/watchword.ts";
import { type KeyServer, publishKeys } from "./key-server.ts";

const now = Date.parse("2026-11-23T12:00:00.500Z");
const seconds = Math.floor(now / 1_000);
const secret = "x".repeat(64);
const key = { secret };

function sign(
  claims: JWTPayload,
  by: string | CryptoKey = secret,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT({ sub: "ada", exp: seconds + 60, ...claims })
    .setProtectedHeader({ alg: "HS256", ...header })
    .sign(typeof by === "string" ? new TextEncoder().encode(by) : by);
}

async function check(token: string, options: Partial<TokenOptions> = {}) {
  keepSecret("the token", token);
  const checked = await new Tokens({ key, ...options }, () => now).check(token);
  if (!checked.ok) expect(leaksIn(checked.reason)).toEqual([]);
  return checked;
}

/** Why a token with these claims is refused; `undefined` where it is taken. */
async function why(claims: JWTPayload, options: Partial<TokenOptions> = {}): Promise<string | undefined> {
  const checked = await check(await sign(claims), options);
  return checked.ok ? undefined : checked.reason;
}

describe("Tokens", () => {
  it("say who a token is for, what it grants and until when", async () => {
    const token = await sign({ name: "Ada", rooms: { lobby: ["read"] }, jti: "t-1", iat: seconds });
    expect(await check(token)).toEqual({
      ok: true,
      identity: {
        id: "ada",
        name: "Ada",
        rooms: new Map([["lobby", ["read"]]]),
        endsAt: (seconds + 60) * 1_000,
        issuedAt: seconds * 1_000,
        token: "t-1",
      },
    });
  });

  it("hold exp to the millisecond, and nbf and iat to a minute", async () => {
    expect(await why({ exp: seconds + 1 })).toBeUndefined();
    expect(await why({ exp: seconds })).toBe("the token has expired");
    expect(await why({ nbf: seconds + 60 })).toBeUndefined();
    expect(await why({ nbf: seconds + 62 })).toBe("the token's nbf is bad");
    expect(await why({ iat: seconds + 60 })).toBeUndefined();
    expect(await why({ iat: seconds + 62 })).toBe("the token's iat is yet to come");
  });

  it("ask for the issuer and the audience that they were told", async () => {
    const options = { issuer: "https://id.example", audience: "chat" };
    expect(await why({ iss: "https://id.example", aud: ["mail", "chat"] }, options)).toBeUndefined();
    expect(await why({ iss: "https://id.example/", aud: "chat" }, options)).toBe("the token's iss is bad");
    expect(await why({ iss: "https://id.example", aud: "mail" }, options)).toBe("the token's aud is bad");
    expect(await why({ iss: "https://id.example" }, options)).toBe("the token's aud is bad");
  });

  it.each([undefined, "", " ", "a b", "guest:ada", "host:bot", "a".repeat(129), "a\u0000b", "a\u200bb", 5])(
    "take %j for no user",
    async (sub) => {
      expect(await why({ sub: sub as string })).toBe("the token's sub is bad");
    },
  );

  it("have the id stand for a name that is none", async () => {
    for (const name of [5, "", "a\nb", "x".repeat(65)]) {
      expect(await check(await sign({ name }))).toMatchObject({ ok: true, identity: { name: "ada" } });
    }
  });

  it("refuse what another secret has signed, what nobody has, and what was changed", async () => {
    const good = await sign({});
    const [header, , signature] = good.split(".");
    const claims = btoa(JSON.stringify({ sub: "root", exp: seconds + 60 })).replaceAll("=", "");
    const none = btoa(JSON.stringify({ alg: "none" })).replaceAll("=", "");
    for (const token of [
      await sign({}, "y".repeat(64)),
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
      `${header}.${claims}.${signature}`,
      good.slice(0, -2),
      `${good}.`,
      "",
      "..",
      "a.b.c",
      "x".repeat(20_000),
    ]) {
      expect(await check(token)).toMatchObject({ ok: false, code: "unauthorized" });
    }
  });

  it("do not take an end that is no date", async () => {
    const claims = (exp: string): string => `{"sub":"ada","exp":${exp}}`;
    for (const exp of ["1e999", "1e300", "8640000000001"]) {
      const signing = new CompactSign(new TextEncoder().encode(claims(exp))).setProtectedHeader({ alg: "HS256" });
      const token = await signing.sign(new TextEncoder().encode(secret));
      expect(await check(token)).toMatchObject({ ok: false, code: "unauthorized" });
    }
  });

  it("do not take a public key for a secret", async () => {
    const { publicKey } = await generateKeyPair("RS256", { extractable: true });
    const pem = await exportSPKI(publicKey);
    const forged = await sign({}, pem);
    expect(await check(forged, { key: { publicKey: pem }, algorithm: "RS256" })).toMatchObject({ ok: false });
  });

  it.each(algorithms.filter((algorithm) => isSymmetric(algorithm)))(
    "check %s, and no other by the same secret",
    async (alg) => {
      const token = await sign({}, secret, { alg });
      for (const algorithm of ["HS256", "HS384", "HS512"] satisfies Algorithm[]) {
        expect((await check(token, { algorithm })).ok).toBe(algorithm === alg);
      }
    },
  );

  it.each(algorithms.filter((algorithm) => !isSymmetric(algorithm)))(
    "check %s by a key as PEM or JWK",
    async (algorithm) => {
      const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
      const token = await sign({}, privateKey, { alg: algorithm });
      const pem = await exportSPKI(publicKey);
      for (const text of [pem, pem.replaceAll("\n", "\\n"), JSON.stringify(await exportJWK(publicKey))]) {
        expect(await check(token, { key: { publicKey: text }, algorithm })).toMatchObject({ ok: true });
      }
      const other = await generateKeyPair(algorithm, { extractable: true });
      const otherPem = await exportSPKI(other.publicKey);
      expect(await check(token, { key: { publicKey: otherPem }, algorithm })).toMatchObject({ ok: false });
    },
  );

  it("cannot be made with a key of another kind, and repeat nothing of it", async () => {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const texts = [await exportPKCS8(privateKey), JSON.stringify(await exportJWK(privateKey)), "nonsense", "{}", "{"];
    for (const publicKey of texts) {
      const tokens = new Tokens({ key: { publicKey }, algorithm: "RS256" }, () => now);
      await expect(tokens.ready()).rejects.toThrow("Cannot check tokens: the key is no public key for RS256");
    }
    await expect(new Tokens({ key: { secret: "short" } }, () => now).ready()).rejects.toThrow("at least 32 bytes");
    expect(() => new Tokens({ key: { publicKey: "" } }, () => now)).toThrow("takes an algorithm");
    expect(() => new Tokens({ key: { publicKey: "" }, algorithm: "HS256" }, () => now)).toThrow("takes a secret");
    expect(() => new Tokens({ key, algorithm: "RS256" }, () => now)).toThrow("takes a public key");
  });

  it("never throw, whatever the token, and say nothing of it", async () => {
    const part = fc.oneof(
      fc.string(),
      fc.json().map((text) => btoa(encodeURIComponent(text)).replaceAll("=", "")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        const token = parts.join(".");
        const checked = await check(token);
        expect(checked.ok).toBe(false);
        if (!checked.ok && token.length > 20) expect(checked.reason).not.toContain(token);
      }),
      { numRuns: 500 },
    );
  });
});

describe("Tokens, by keys from a URL", () => {
  let keys: KeyServer | undefined;
  afterEach(async () => {
    vi.useRealTimers();
    await keys?.close();
  });

  async function published() {
    keys = await publishKeys();
    const tokens = new Tokens({ key: { jwksUrl: keys.url }, algorithm: "RS256" }, () => now);
    const by = (kid: string, privateKey: CryptoKey) => sign({}, privateKey, { alg: "RS256", kid });
    return { keys, tokens, by };
  }

  it("ask once, and keep what they heard", async () => {
    const { keys, tokens, by } = await published();
    const token = await by("one", await keys.publish("one"));
    await Promise.all(Array.from({ length: 20 }, async () => expect((await tokens.check(token)).ok).toBe(true)));
    expect((await tokens.check(token)).ok).toBe(true);
    expect(keys.asked).toBe(1);
  });

  it("do not ask again for each key that is not there", async () => {
    const { keys, tokens, by } = await published();
    const known = await keys.publish("one");
    expect((await tokens.check(await by("one", known))).ok).toBe(true);
    for (let at = 0; at < 20; at += 1) {
      expect(await tokens.check(await by(`forged ${at}`, known))).toMatchObject({ ok: false, code: "unauthorized" });
    }
    expect(keys.asked).toBeLessThanOrEqual(2);
  });

  it("find a key that was added since, half a minute after they asked last, and lose one that was withdrawn", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { keys, tokens, by } = await published();
    const old = await by("old", await keys.publish("old"));
    expect((await tokens.check(old)).ok).toBe(true);
    const fresh = await by("fresh", await keys.publish("fresh"));
    keys.withdraw("old");
    expect((await tokens.check(fresh)).ok).toBe(false);
    vi.setSystemTime(Date.now() + 31_000);
    expect((await tokens.check(fresh)).ok).toBe(true);
    expect((await tokens.check(old)).ok).toBe(false);
  });

  it("say that it cannot be told while nobody answers, do not ask without end, and never take a token for good", async () => {
    const { keys, tokens, by } = await published();
    const token = await by("one", await keys.publish("one"));
    keys.broken = true;
    for (let at = 0; at < 10; at += 1) {
      expect(await tokens.check(token)).toMatchObject({ ok: false, code: "unavailable" });
    }
    expect(keys.asked).toBe(1);
  });
});
