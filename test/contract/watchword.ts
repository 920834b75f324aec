/** What only its holder may know: tokens, secrets and passwords that this process has made or handed out. */
const secrets = new Map<string, string>();

/** Shorter than this, it may stand somewhere by chance. */
const LEAST_UNITS = 12;
/** The settings whose values are secrets. */
const SECRET_SETTINGS: readonly string[] = ["GREENROOM_JWT_SECRET", "GREENROOM_ADMIN_TOKEN"];

/** What every client of the suite brings in its URL and in a cookie: nobody asks for it, so nobody has to repeat it. */
export const canary = "canary-4bd1c07a6e52-in-every-url-and-cookie";
secrets.set(canary, "the canary");

/** Remembers a secret: from now on, wherever it is seen is a leak. */
export function keepSecret(what: string, text: string): void {
  if (text.length >= LEAST_UNITS) secrets.set(text, what);
}

/** Remembers those among a server's settings, and the password of its Redis. */
export function keepSecretsOf(env: Readonly<Record<string, string>>): void {
  for (const name of SECRET_SETTINGS) keepSecret(name, env[name] ?? "");
  const { GREENROOM_LOG: log = "" } = env;
  if (URL.canParse(log)) keepSecret("the password in GREENROOM_LOG", new URL(log).password);
}

/** What of all this a text holds, by what it is. */
export function leaksIn(text: string): readonly string[] {
  return [...secrets].filter(([secret]) => text.includes(secret)).map(([, what]) => what);
}
