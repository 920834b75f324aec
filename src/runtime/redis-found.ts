import type { Config } from "./config.ts";
import { isRedisUrl } from "./settings/storing.ts";

/** What the Redis of the settings says of itself, or why the server would not start with it; nothing where there is none. */
export async function redisFound(
  config: Config,
): Promise<{ readonly redis?: string | undefined; readonly refusal?: string }> {
  const { log: url, redisCa: ca, redisPrefix: prefix } = config;
  if (!isRedisUrl(url)) return {};
  const { redisLog } = await import("./redis.ts");
  let redis: string | undefined;
  try {
    const opened = await redisLog({
      ...{ url, ca, prefix },
      observe: (event) => {
        if (event.type === "configured") redis = event.configuration.summary;
      },
    });
    await opened.close();
    return { redis };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { refusal: why.replace("Cannot use Redis", "Cannot use the Redis of GREENROOM_LOG") };
  }
}
