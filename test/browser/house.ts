import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Server, type ServerOptions, startServer } from "../contract/server.ts";
import { launch } from "./chromium.ts";
import { type VisitOptions, Visitor } from "./visitor.ts";

/** A server and a browser for the tests of one file; whoever visits is seen off after each test. */
export interface House {
  readonly server: Server;
  readonly url: string;
  readonly browser: Browser;
  visit(options?: Partial<VisitOptions>): Promise<Visitor>;
}

/** Opens a house for the tests of a file. */
export function openHouse(options: ServerOptions = {}): House {
  let server: Server;
  let browser: Browser;
  const visitors: Visitor[] = [];
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(options), launch()]);
  });
  afterEach(async () => {
    for (const visitor of visitors.splice(0)) await visitor.leave();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  return {
    get server() {
      return server;
    },
    get url() {
      return `http://127.0.0.1:${server.port}/`;
    },
    get browser() {
      return browser;
    },
    async visit(visit = {}) {
      const visitor = await Visitor.come(browser, { url: this.url, ...visit });
      visitors.push(visitor);
      return visitor;
    },
  };
}
