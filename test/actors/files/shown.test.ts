import { describe, expect, it } from "vitest";
import { shownAs } from "../../../src/actors/files/shown.ts";

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

describe("shownAs()", () => {
  it.each([
    ["image/png", "\x89PNG\r\n\x1a\nrest"],
    ["image/jpeg", "\xff\xd8\xff\xe0"],
    ["image/gif", "GIF89a"],
    ["image/gif", "GIF87a"],
    ["image/webp", "RIFF\x10\0\0\0WEBPVP8 "],
    ["image/avif", "\0\0\0\x20ftypavif"],
    ["video/mp4", "\0\0\0\x20ftypisom"],
    ["video/mp4", "\0\0\0\x20ftypmp42"],
    ["audio/mpeg", "ID3\x04"],
    ["audio/mpeg", "\xff\xfb\x90"],
    ["audio/ogg", "OggS\0"],
    ["IMAGE/PNG", "\x89PNG\r\n\x1a\n"],
  ])("is %s for what begins as such", (media, text) => {
    expect(shownAs(media, latin(text))).toBe(media.toLowerCase());
  });

  it("is plain text in UTF-8 for text, whatever is in it", () => {
    expect(shownAs("text/plain", new TextEncoder().encode("<script>é語\t\r\n"))).toBe("text/plain; charset=utf-8");
    expect(shownAs("text/plain", new Uint8Array(0))).toBe("text/plain; charset=utf-8");
  });

  it.each([
    ["image/png", "<html>"],
    ["image/png", ""],
    ["image/jpeg", "\x89PNG\r\n\x1a\n"],
    ["image/webp", "RIFF\x10\0\0\0WAVE"],
    ["image/avif", "\0\0\0\x20ftypheic"],
    ["audio/mpeg", "\xff\xff"],
    ["text/plain", "a\0b"],
    ["text/html", "<html>"],
    ["image/svg+xml", "<svg/>"],
    ["application/xml", "<a/>"],
    ["text/javascript", "1"],
    ["text/css", "a{}"],
    ["application/pdf", "%PDF-"],
    ["__proto__", "x"],
    ["constructor", "x"],
  ])("is nothing for %s that begins with %j", (media, text) => {
    expect(shownAs(media, latin(text))).toBeUndefined();
  });
});
