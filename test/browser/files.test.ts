import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";
import { naughty } from "./naughty.ts";
import { phone } from "./visitor.ts";

const house = openHouse({ env: { GREENROOM_FILES: "on" } });

/** A picture of 200 by 100. */
const picture = readFileSync(new URL("./picture.png", import.meta.url));

describe("files", () => {
  test("chosen by the button are sent, pictures shown in a box that was there before, others as cards", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["files"] });
    const grace = await house.visit({ name: "grace", rooms: ["files"], ...phone });
    await ada.page.setInputFiles("#attach-input", [
      { name: "view.png", mimeType: "image/png", buffer: picture },
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("some notes") },
    ]);
    await grace.page.locator(".picture.loaded img").waitFor();
    expect(await grace.page.locator(".picture img").getAttribute("alt")).toBe("view.png");
    await expect.poll(() => grace.page.locator(".file").textContent()).toContain("notes.txt");
    expect(await grace.page.locator(".file").textContent()).toContain("10 byte");
    await expect.poll(() => ada.page.locator("#tray li").count()).toBe(0);
    const [download] = await Promise.all([ada.page.waitForEvent("download"), ada.page.click(".file")]);
    expect(download.suggestedFilename()).toBe("notes.txt");
    expect(readFileSync(await download.path(), "utf8")).toBe("some notes");
    expect(await grace.overflow()).toBe(0);
  });

  test("dropped and pasted are sent, and what is above does not move as they load", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["drops"] });
    await ada.say("above");
    const give = (kind: "drop" | "paste"): Promise<void> =>
      ada.page.evaluate(
        ({ kind, bytes }) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], `${kind}.png`, { type: "image/png" }));
          const target = document.querySelector(kind === "drop" ? "#timeline" : "#composer-text") as HTMLElement;
          if (kind === "paste") target.dispatchEvent(new ClipboardEvent(kind, { clipboardData: data, bubbles: true }));
          else target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        },
        { kind, bytes: [...picture] },
      );
    for (const kind of ["drop", "paste"] as const) {
      await give(kind);
      const image = ada.page.locator(`.picture img[alt="${kind}.png"]`);
      await image.waitFor({ state: "attached" });
      const before = await ada.page.locator(".picture").last().boundingBox();
      await ada.page.locator(".picture.loaded").last().waitFor();
      expect((await ada.page.locator(".picture").last().boundingBox())?.height).toBe(before?.height);
    }
    expect(await ada.contents()).toEqual(["above"]);
  });

  test("that were not taken say why, and are sent again or dropped", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["refused"] });
    await ada.page.route("**/api/rooms/**", (route) =>
      route.fulfill({ status: 429, json: { status: 429, detail: "Cannot take so much at once" } }),
    );
    await ada.page.setInputFiles("#attach-input", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
    await expect.poll(() => ada.page.textContent("#tray")).toContain("Cannot take so much at once");
    await ada.page.unroute("**/api/rooms/**");
    await ada.page.click("#tray >> text=Send again");
    await expect.poll(() => ada.page.locator(".file").count()).toBe(1);
    await expect.poll(() => ada.page.locator("#tray li").count()).toBe(0);
    ada.problems.splice(0); // the browser notes a 429 as an error of its own
  });

  test("with hostile names are shown and sent as they are", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["hostile"] });
    const names = naughty
      .filter((name) => name.length <= 200 && name.trim() !== "" && !/[/\\\p{C}]/u.test(name))
      .slice(0, 40);
    for (const name of names) {
      await ada.page.setInputFiles("#attach-input", {
        name,
        mimeType: "application/x-thing",
        buffer: Buffer.from("x"),
      });
    }
    await expect.poll(() => ada.page.locator(".file").count(), { timeout: 30_000 }).toBe(names.length);
    expect(await ada.page.locator(".file-name").allTextContents()).toEqual(names);
    expect(await ada.overflow()).toBe(0);
  });
});
