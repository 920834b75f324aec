import { afterEach, describe, expect, test, vi } from "vitest";
import { worldPorts } from "../../src/client/world.ts";

afterEach(() => vi.unstubAllGlobals());

describe("worldPorts()", () => {
  test.each(["online", "offline", "pageshow", "visibilitychange"])(
    "look when the page hears %s, until that is stopped",
    (name) => {
      const page = new EventTarget();
      vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
      const shown = { visibilityState: "visible" };
      vi.stubGlobal("document", shown);
      let looks = 0;
      const stop = worldPorts().watch(() => {
        looks += 1;
      });
      page.dispatchEvent(new Event(name));
      expect(looks).toBe(1);
      shown.visibilityState = "hidden";
      page.dispatchEvent(new Event(name));
      expect(looks).toBe(1);
      shown.visibilityState = "visible";
      stop();
      page.dispatchEvent(new Event(name));
      expect(looks).toBe(1);
    },
  );

  test("take no navigator for a network", () => {
    vi.stubGlobal("navigator", undefined);
    expect(worldPorts().online()).toBe(true);
    vi.stubGlobal("navigator", { onLine: false });
    expect(worldPorts().online()).toBe(false);
  });
});
