import { describe, expect, test } from "vitest";
import { mint } from "../../src/door/mod.ts";
import { keepSecret } from "../contract/watchword.ts";
import { openHouse } from "./house.ts";

const secret = "a secret for tests, of enough bytes";
const open = openHouse();
const library = openHouse({ env: { GREENROOM_GUEST_GRANTS: "read" } });
const closed = openHouse({ env: { GREENROOM_GUESTS: "off", GREENROOM_JWT_SECRET: secret } });

describe("the room ticker", () => {
  test("shows its prices as lines, and in words", async () => {
    const ada = await open.visit({ name: "ada", rooms: ["ticker"] });
    await expect.poll(() => ada.page.locator(".quote").count(), { timeout: 10_000 }).toBe(4);
    expect(await ada.page.locator(".quote").first().textContent()).toMatch(/ACME\d+\.\d\d[+−]\d+\.\d\d %/);
    const points = (): Promise<string | null> => ada.page.locator(".quote polyline").first().getAttribute("points");
    const before = await points();
    await expect.poll(points, { timeout: 10_000 }).not.toBe(before);
    expect(await ada.page.locator(".quote svg").first().getAttribute("aria-label")).toMatch(/between \d/);
    await ada.open("lobby");
    await expect.poll(() => ada.page.isVisible("#chart")).toBe(false);
  });
});

describe("where guests are not let in", () => {
  test("the page says so, takes a token, and keeps it nowhere", async () => {
    const visitor = await closed.visit({});
    await visitor.page.fill("#name", "ada");
    await visitor.page.press("#name", "Enter");
    await expect.poll(() => visitor.page.textContent("#notice"), { timeout: 15_000 }).toContain("has not signed in");
    await visitor.page.click("#notice >> text=Sign in");
    const date = Date.now();
    const token = await mint({ sub: "u1", name: "Ada Lovelace", seconds: 600, date }, { secret, algorithm: undefined });
    keepSecret("the token of u1", token);
    await visitor.page.fill("#token", token);
    await visitor.page.press("#token", "Enter");
    await visitor.isLive();
    await expect.poll(() => visitor.page.textContent("#me bdi")).toBe("Ada Lovelace");
    await visitor.say("signed in");
    await visitor.sees("signed in");
    const storage = await visitor.page.context().storageState({ indexedDB: true });
    const session = await visitor.page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), location.href]));
    expect(JSON.stringify(storage) + session).toContain("greenroom.name");
    expect(JSON.stringify(storage) + session).not.toContain(token);
  });
});

describe("where guests may only read", () => {
  test("the page says so, and takes neither messages nor files", async () => {
    const visitor = await library.visit({ name: "ada" });
    expect(await visitor.page.textContent("#composer-hint")).toBe("You may read here, and not write.");
    expect(await visitor.page.isDisabled("#composer-text")).toBe(true);
    expect(await visitor.page.isVisible("#attach")).toBe(false);
  });
});
