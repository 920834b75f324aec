import { createClient } from "@redis/client";
import { entryOf } from "../../src/logs/redis/entry-text.ts";
import type { Shown } from "./book.ts";

/** A client that Redis has, as `CLIENT LIST` names it. */
export interface RedisClient {
  readonly id: string;
  readonly ip: string;
}

/** The state of a room and who may write it, as it stands in Redis. */
export interface HostedState {
  /** The newest lease under which the host has written. */
  readonly token: number;
  /** How often the record has been changed, in Redis's own reckoning. */
  readonly version: number;
  /** The prices at which the last seconds ended. */
  readonly history: readonly number[];
}

const PAGE = 1_000;
const ANSWER_MS = 10_000;

/** Looks into Redis itself, past all nodes. */
export class Referee {
  readonly #url: string;
  readonly #prefix: string;

  constructor(url: string, prefix: string) {
    this.#url = url;
    this.#prefix = prefix;
  }

  /** Says one command, on a connection of its own. */
  async say(...command: readonly string[]): Promise<unknown> {
    const client = createClient({
      url: this.#url,
      disableOfflineQueue: true,
      socket: { reconnectStrategy: false, connectTimeout: ANSWER_MS },
    });
    client.on("error", () => undefined);
    const late = setTimeout(() => client.isOpen && client.destroy(), ANSWER_MS);
    try {
      await client.connect();
      return await client.sendCommand(command as string[]);
    } finally {
      clearTimeout(late);
      if (client.isOpen) client.destroy();
    }
  }

  /** A room's log, as it stands. */
  async log(room: string): Promise<readonly Shown[]> {
    const key = `${this.#prefix}room:{${room}}:`;
    const [length, seq] = await Promise.all([this.say("LLEN", `${key}log`), this.say("HGET", `${key}head`, "seq")]);
    const oldest = Number(seq ?? 0) - Number(length) + 1;
    const log: Shown[] = [];
    for (let from = 0; from < Number(length); from += PAGE) {
      const texts = (await this.say("LRANGE", `${key}log`, String(from), String(from + PAGE - 1))) as readonly string[];
      for (const [at, text] of texts.entries()) {
        const { content } = entryOf(oldest + from + at, text);
        log.push({ seq: oldest + from + at, content });
      }
    }
    return log;
  }

  /** Where a room's log ends. */
  async head(room: string): Promise<number> {
    return Number((await this.say("HGET", `${this.#prefix}room:{${room}}:head`, "seq")) ?? 0);
  }

  /** The lease of the ticker: who holds it, and as of when; `undefined` where nobody does. */
  async lease(): Promise<{ readonly holder: string; readonly version: number } | undefined> {
    const record = await this.#record("lease ticker ticker");
    return record === undefined ? undefined : { holder: String(record.value), version: record.version };
  }

  /** What the ticker has written last. */
  async ticker(): Promise<HostedState | undefined> {
    const record = await this.#record("room ticker state");
    if (record === undefined) return undefined;
    const { values, fences } = record.value as {
      readonly values: readonly (readonly [string, { readonly history: readonly number[] }])[];
      readonly fences: readonly (readonly [string, number])[];
    };
    const [token = 0] = fences.filter(([host]) => host === "ticker").map(([, token]) => token);
    const history = new Map(values).get("ACME")?.history ?? [];
    return { token, version: record.version, history };
  }

  async clients(): Promise<readonly RedisClient[]> {
    const list = String(await this.say("CLIENT", "LIST"));
    return list.split("\n").flatMap((line) => {
      const [id, ip] = [/\bid=(\d+)/.exec(line)?.[1], /\baddr=([\d.]+):/.exec(line)?.[1]];
      return id === undefined || ip === undefined || !line.includes("resp=3") ? [] : [{ id, ip }];
    });
  }

  async #record(key: string): Promise<{ readonly version: number; readonly value: unknown } | undefined> {
    const text = await this.say("HGET", `${this.#prefix}records`, key);
    if (typeof text !== "string") return undefined;
    const [version = "", ends = ""] = text.split(" ", 2);
    return { version: Number(version), value: JSON.parse(text.slice(version.length + ends.length + 2)) };
  }
}
