/** What a server that is fuzzed knows, and those who try it: none of it may ever be said back. */
export const fuzzedHouse = {
  secret: "a secret of the fuzzed house, 36 bytes",
  admin: "an-admin-token-of-the-fuzzed-house-41-byte",
  cookie: "session",
  /** The page origin that the requests of this suite reach it under. */
  origin: "http://127.0.0.1",
} as const;

/** The settings of a server that is to be fuzzed: every way to show who one is, and rooms that operators look after. */
export const fuzzedEnv: Readonly<Record<string, string>> = {
  GREENROOM_JWT_SECRET: fuzzedHouse.secret,
  GREENROOM_ADMIN_TOKEN: fuzzedHouse.admin,
  GREENROOM_COOKIE: fuzzedHouse.cookie,
  GREENROOM_QUERY_TOKEN: "on",
  GREENROOM_INBAND_AUTH: "on",
};

/** Users and tokens that may be revoked at any moment; those of other names never are. */
export const fleeting: readonly string[] = Array.from({ length: 32 }, (_, at) => `gone-${at}`);
