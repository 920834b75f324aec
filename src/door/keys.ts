import { type CryptoKey, createRemoteJWKSet, customFetch, importJWK, importSPKI, type JWTVerifyGetKey } from "jose";
import { type Algorithm, isSymmetric } from "./algorithms.ts";

/** What tokens are checked with: a secret that both sides know, a public key, or a place with public keys. */
export type KeySource =
  | { readonly secret: string }
  /** As PEM (SPKI) or JWK. */
  | { readonly publicKey: string }
  | { readonly jwksUrl: string };

/** How long keys from a URL are taken as they are, how soon they may be asked for again, and how long that may take. */
const CACHE_MS = 600_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;
/** How soon a place that has failed to answer is asked again. */
const FAILED_MS = 5_000;

/**
 * Finds the key for tokens. Where it comes from a URL, `failed` is told why it cannot be had.
 *
 * @throws {Error} where it is none for that algorithm; nothing of it is repeated.
 */
export async function findKey(
  source: KeySource,
  algorithm: Algorithm,
  failed: (error: unknown) => void,
): Promise<JWTVerifyGetKey> {
  if ("secret" in source !== isSymmetric(algorithm)) {
    throw new Error(`Cannot check tokens: ${algorithm} takes ${isSymmetric(algorithm) ? "a secret" : "a public key"}`);
  }
  if ("jwksUrl" in source) return fromUrl(source.jwksUrl, failed);
  const key = "secret" in source ? await secretKey(source.secret, algorithm) : await publicKey(source, algorithm);
  return () => Promise.resolve(key);
}

/** At least as many bytes as the hash has (RFC 7518 §3.2). */
async function secretKey(secret: string, algorithm: Algorithm): Promise<CryptoKey> {
  const bits = Number(algorithm.slice(2));
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length * 8 < bits) {
    throw new Error(`Cannot check tokens: a secret for ${algorithm} has at least ${bits / 8} bytes`);
  }
  return await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: `SHA-${bits}` }, false, ["verify"]);
}

async function publicKey(
  { publicKey: text }: { readonly publicKey: string },
  algorithm: Algorithm,
): Promise<CryptoKey> {
  try {
    // In a variable of the environment, line breaks are often written out.
    if (!text.trimStart().startsWith("{")) return await importSPKI(text.replaceAll("\\n", "\n"), algorithm);
    const jwk: unknown = JSON.parse(text);
    const key = await importJWK(jwk as Parameters<typeof importJWK>[0], algorithm);
    if (key instanceof Uint8Array || key.type !== "public") throw new Error("a secret or a private key");
    return key;
  } catch {
    throw new Error(`Cannot check tokens: the key is no public key for ${algorithm}, as PEM (SPKI) or JWK`);
  }
}

/** Keys from a URL: kept for a while, and asked for anew when a token names one that is not among them, but not too often. */
function fromUrl(url: string, failed: (error: unknown) => void): JWTVerifyGetKey {
  let failedAt = Number.NEGATIVE_INFINITY;
  async function limited(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    if (performance.now() - failedAt < FAILED_MS) throw new Error("Cannot ask for keys again so soon");
    try {
      const response = await fetch(input, init);
      if (!response.ok) throw new Error(`Cannot have keys from ${new URL(url).origin}: status ${response.status}`);
      return response;
    } catch (error) {
      failedAt = performance.now();
      failed(error);
      throw error;
    }
  }
  return createRemoteJWKSet(new URL(url), {
    cacheMaxAge: CACHE_MS,
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: limited,
  });
}
