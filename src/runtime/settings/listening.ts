import * as v from "valibot";
import { type SettingsOf, whole } from "./setting.ts";

/** Where the server listens, and by which sockets. */
export interface Listening {
  readonly port: number;
  readonly host: string;
  readonly transport: "auto" | "native" | "node";
}

/** The settings of where the server listens. */
export const listening: SettingsOf<Listening> = {
  port: {
    variable: "PORT",
    flag: "--port",
    default: "8080",
    takes: "0 to 65535 (0: any that is free)",
    meaning: "the port to listen on",
    schema: whole(0, 65_535),
  },
  host: {
    variable: "HOST",
    flag: "--host",
    default: "127.0.0.1",
    takes: "a host name or an IP address",
    meaning: "the address to listen on",
    schema: v.pipe(v.string(), v.regex(/^[\w.:-]{1,255}$/)),
  },
  transport: {
    variable: "GREENROOM_TRANSPORT",
    flag: "--transport",
    default: "auto",
    takes: "auto, native or node",
    meaning: "the sockets to use: the runtime's own, or those of node:http",
    schema: v.picklist(["auto", "native", "node"]),
  },
};
