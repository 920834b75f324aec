import process from "node:process";
import { openStore, type Store } from "../../src/logs/sqlite/store.ts";
import { realPorts } from "../../src/mod.ts";
import { boundless } from "../logs/sqlite/boundless.ts";

/** A durable log in the data folder, each commit of which takes so much longer. */
export function slowDisk(commitMs: number): Promise<Store> {
  return openStore({
    folder: process.env["GREENROOM_DATA"] ?? "",
    durability: "power",
    limits: boundless,
    clock: realPorts().clock,
    observe: ({ type }) => process.stderr.write(`the store: ${type}\n`),
    faults: { commitMs },
  });
}
