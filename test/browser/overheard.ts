import type { Browser, BrowserContext, Page, Request, Response } from "playwright-core";
import { canary, leaksIn } from "../contract/watchword.ts";

/** What a browser profile lets others see: what its pages print, show, keep and ask for, and what they are answered. */
class Overheard {
  readonly #context: BrowserContext;
  readonly #leaks = new Set<string>();
  readonly #answers: Promise<void>[] = [];

  constructor(context: BrowserContext) {
    this.#context = context;
    context.on("console", (message) => this.#hear("printed", message.text()));
    context.on("weberror", (error) => this.#hear("thrown", `${error.error().stack}`));
    context.on("request", (request) => this.#asks(request));
    context.on("response", (response) => void this.#answers.push(this.#isAnswered(response)));
    context.on("page", (page) => {
      page.on("websocket", (socket) => {
        this.#hear("asked for", socket.url());
        socket.on("framereceived", ({ payload }) => this.#hear("received", payload.toString()));
      });
    });
  }

  /** Looks at what is on its pages now, and waits for the answers that are under way. */
  async look(): Promise<void> {
    const pages = this.#context.pages().filter((page) => !page.isClosed());
    await Promise.all(pages.map(async (page) => this.#hear("on the page", await shownOn(page))));
    await Promise.all(this.#answers);
  }

  /** @throws {Error} where a secret was seen. */
  judge(): void {
    if (this.#leaks.size > 0) throw new Error(`Cannot let this pass: ${[...this.#leaks].join(", ")}`);
  }

  /** What brings a visitor to a page may hold what that page then has to keep for itself. */
  #asks(request: Request): void {
    if (!request.isNavigationRequest()) this.#hear("asked for", request.url());
    this.#hear("referred to", request.headers()["referer"] ?? "");
    this.#hear("sent", request.postData() ?? "");
  }

  async #isAnswered(response: Response): Promise<void> {
    this.#hear("answered", Object.entries(response.headers()).flat().join("\n"));
    // Of what was cut off, or was not for reading by anyone, there is no text.
    this.#hear("answered", await response.text().catch(() => ""));
  }

  #hear(where: string, text: string): void {
    for (const leak of leaksIn(text)) this.#leaks.add(`${leak} ${where}`);
  }
}

/** Has every profile of a browser overheard, each with a canary in a cookie: whoever closes one hears of what leaked. */
export function overheard(browser: Browser): Browser {
  const open = browser.newContext.bind(browser);
  const end = browser.close.bind(browser);
  browser.newContext = async (options) => {
    const context = await open(options);
    const ear = new Overheard(context);
    const close = context.close.bind(context);
    context.close = async (closing) => {
      try {
        await ear.look();
      } finally {
        await close(closing);
      }
      ear.judge();
    };
    await context.addCookies([{ name: "canary", value: canary, domain: "127.0.0.1", path: "/" }]);
    return context;
  };
  browser.close = async (closing) => {
    try {
      for (const context of browser.contexts()) await context.close();
    } finally {
      await end(closing);
    }
  };
  return browser;
}

/** An address with a canary in its query, which its page has to keep for itself. */
export function withCanary(url: string): string {
  const address = new URL(url);
  address.searchParams.set("canary", canary);
  return address.href;
}

/** All that a page shows, and what it keeps. */
function shownOn(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea")].map(({ value }) => value);
    // Where there is no server, there is no storage.
    const kept = location.protocol === "http:" ? [Object.entries(localStorage), Object.entries(sessionStorage)] : [];
    return [document.documentElement.outerHTML, document.title, ...fields, JSON.stringify(kept)].join("\n");
  });
}
