import process from "node:process";
import { afterEach, describe, expect, test } from "vitest";
import { launch } from "./chromium.ts";

const { PATH, GREENROOM_CHROMIUM } = process.env;

afterEach(() => {
  Object.assign(process.env, { PATH });
  if (GREENROOM_CHROMIUM !== undefined) process.env.GREENROOM_CHROMIUM = GREENROOM_CHROMIUM;
});

describe("launch()", () => {
  test("fails where there is no browser, and names how to get one", () => {
    process.env.PATH = "/nowhere";
    delete process.env.GREENROOM_CHROMIUM;
    expect(() => launch()).toThrow(/no Chromium.*apt-get install chromium/);
  });
});
