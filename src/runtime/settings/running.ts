import * as v from "valibot";
import { defaultLimits } from "../../actors/wire/mod.ts";
import { milliseconds, onOrOff, type SettingsOf } from "./setting.ts";

/** How the server runs: its rates, its times, and what it serves beside rooms. */
export interface Running {
  readonly rateLimits: "on" | "off";
  readonly echo: "on" | "off" | "conformance";
  readonly ticker: "on" | "off";
  readonly page: "on" | "off";
  readonly heartbeatMs: number;
  readonly drainMs: number;
  readonly roomIdleMs: number;
}

/** The settings of how the server runs. */
export const running: SettingsOf<Running> = {
  rateLimits: {
    variable: "GREENROOM_RATE_LIMITS",
    flag: "--rate-limits",
    default: "on",
    ...onOrOff,
    meaning: "whether clients are held to their rates",
  },
  echo: {
    variable: "GREENROOM_ECHO",
    flag: "--echo",
    default: "on",
    takes: "on, off or conformance",
    meaning: "whether /echo is there; conformance lifts its size limits",
    schema: v.picklist(["on", "off", "conformance"]),
  },
  ticker: {
    variable: "GREENROOM_TICKER",
    flag: "--ticker",
    default: "on",
    ...onOrOff,
    meaning: "whether made-up share prices are shown in the room ticker",
  },
  page: {
    variable: "GREENROOM_PAGE",
    flag: "--page",
    default: "on",
    ...onOrOff,
    meaning: "whether there is a chat page at /",
  },
  heartbeatMs: {
    variable: "GREENROOM_HEARTBEAT_MS",
    flag: "--heartbeat-ms",
    default: String(defaultLimits.heartbeatMs),
    ...milliseconds,
    meaning: "the quiet after which a client is pinged; 1.2 times that is death",
  },
  drainMs: {
    variable: "GREENROOM_DRAIN_MS",
    flag: "--drain-ms",
    default: String(defaultLimits.drainMs),
    ...milliseconds,
    meaning: "how long an orderly end may take",
  },
  roomIdleMs: {
    variable: "GREENROOM_ROOM_IDLE_MS",
    flag: "--room-idle-ms",
    default: String(defaultLimits.roomIdleMs),
    ...milliseconds,
    meaning: "how long an empty room stays in memory",
  },
};
