import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { withCanary } from "./overheard.ts";

/** A phone of middling size. */
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** How somebody comes to the page. */
export interface VisitOptions extends BrowserContextOptions {
  /** Where the page is. */
  readonly url: string;
  /** The name they have chosen before; without one they are asked. */
  readonly name?: string;
  /** The rooms they had open. */
  readonly rooms?: readonly string[];
}

/** What a browser says when a server can't be reached: that is nobody's mistake. */
const unreachable = /WebSocket connection to .* failed|Failed to load resource: net::|ERR_/;

/** Somebody on the page, in a browser profile of their own. */
export class Visitor {
  readonly page: Page;
  /** What should not have happened: errors, dialogs, breaches of the content security policy. */
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.problems.push(`error: ${error.stack}`));
    page.on("console", (message) => {
      const text = message.text();
      const isBad = message.type() === "error" || message.type() === "warning";
      if (isBad && !unreachable.test(text)) this.problems.push(`${message.type()}: ${text}`);
    });
    page.on("dialog", (dialog) => {
      this.problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => undefined);
    });
  }

  /** Opens the page in a new profile. */
  static async come(browser: Browser, options: VisitOptions): Promise<Visitor> {
    const { url, name, rooms, ...context } = options;
    const profile = await browser.newContext({ viewport: { width: 1_280, height: 800 }, ...context });
    profile.setDefaultTimeout(10_000);
    await profile.addInitScript(prepare, { name, rooms });
    const visitor = new Visitor(await profile.newPage());
    await visitor.page.exposeFunction("reportBreach", (what: string) => void visitor.problems.push(`CSP: ${what}`));
    await visitor.page.goto(withCanary(url));
    if (name !== undefined) await visitor.isLive();
    return visitor;
  }

  /** Waits until the page is connected and in a room. */
  async isLive(): Promise<void> {
    await this.page.waitForSelector('#status[data-state="live"]', { timeout: 15_000 });
  }

  async say(...texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      await this.page.fill("#composer-text", text);
      await this.page.press("#composer-text", "Enter");
    }
  }

  /** What is said in the room, as far as it is shown. */
  contents(): Promise<string[]> {
    return this.page.locator(".message .content").allTextContents();
  }

  /** Waits until a text is shown. */
  async sees(text: string): Promise<void> {
    await this.page.locator(".message .content", { hasText: text }).last().waitFor();
  }

  async open(room: string): Promise<void> {
    await this.page.fill("#join-name", room);
    await this.page.press("#join-name", "Enter");
    await expect.poll(() => this.page.textContent("#room-name")).toBe(room);
    await this.isLive();
  }

  /** Whether the page is wider than its window. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** Goes, and says whether all was well. */
  async leave(): Promise<void> {
    await this.page.context().close();
    expect(this.problems).toEqual([]);
  }
}

/** Runs in the page before its own script. */
function prepare({
  name,
  rooms,
}: {
  readonly name: string | undefined;
  readonly rooms: readonly string[] | undefined;
}): void {
  if (location.protocol === "about:") return; // it has no storage
  const known = localStorage.getItem("greenroom.name");
  if (name !== undefined && known === null) localStorage.setItem("greenroom.name", JSON.stringify(name));
  if (rooms !== undefined && known === null) localStorage.setItem("greenroom.rooms", JSON.stringify(rooms));
  const { reportBreach } = globalThis as unknown as { readonly reportBreach?: (what: string) => void };
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    reportBreach?.(`${violatedDirective} ${blockedURI}`);
  });
}
