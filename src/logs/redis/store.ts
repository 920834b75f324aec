import type { Bus } from "../../actors/room/bus.ts";
import type { RoomLog } from "../../actors/room/log.ts";
import type { Records } from "../../actors/room/records.ts";
import { Broker, type BrokerOptions, type RedisEvent } from "./broker.ts";
import { RedisBus } from "./bus.ts";
import type { Configuration } from "./configuration.ts";
import { RedisRecords } from "./records.ts";
import { type RedisLimits, RedisRoomLog } from "./room-log.ts";
import { wordsOf } from "./trouble.ts";

/** What a store on Redis is opened with. */
export interface RedisStoreOptions extends Omit<BrokerOptions, "timeoutMs"> {
  readonly limits: RedisLimits;
  /** How long any answer is waited for in ms. */
  readonly timeoutMs?: number;
}

/** Everything that nodes share, on one Redis. */
export interface RedisStore {
  readonly log: RoomLog;
  readonly records: Records;
  readonly bus: Bus;
  readonly configuration: Configuration;
  /** Ends all three; closing the log does the same. */
  close(): Promise<void>;
}

const TIMEOUT_MS = 5_000;

/**
 * Reaches a Redis and keeps to it.
 *
 * @throws {Error} with one line, where it is not reached or cannot be used: too old, a replica, or one that may
 * let go of what it was given.
 */
export async function openRedis(options: RedisStoreOptions): Promise<RedisStore> {
  const { limits, clock, timeoutMs = TIMEOUT_MS } = options;
  const broker = new Broker({ ...options, timeoutMs });
  try {
    await broker.open();
  } catch (error) {
    broker.close();
    throw new Error(`Cannot use Redis: ${wordsOf(error)}`, { cause: error });
  }
  const [records, bus] = [new RedisRecords(broker, clock), new RedisBus(broker)];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= Promise.all([records.close(), bus.close()]).then(() => {
      log.stop();
      broker.close();
    });
    return closing;
  };
  const log = new RedisRoomLog(broker, { limits, clock, close });
  try {
    await records.open();
    broker.insist();
  } catch (error) {
    await close();
    throw new Error(`Cannot use Redis: ${wordsOf(error)}`, { cause: error });
  }
  return { log, records, bus, configuration: broker.configuration, close };
}

export type { Configuration, RedisEvent, RedisLimits };
