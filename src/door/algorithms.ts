/** The algorithms that tokens may be signed with (RFC 7518 §3.1, RFC 8037 §3.1): one of them, as the settings say. */
export const algorithms = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;

/** An algorithm that tokens may be signed with. */
export type Algorithm = (typeof algorithms)[number];

/** Whether an algorithm signs and checks with one secret. */
export function isSymmetric(algorithm: Algorithm): boolean {
  return algorithm.startsWith("HS");
}
