import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { goodHeaders } from "./raw.ts";
import { type Stage, stage } from "./stage.ts";
import { tokenEnv, tokenFor } from "./tokens.ts";

/** The status of an upgrade from a page of this origin, with other headers beside. */
async function statusOf(house: Stage, origin: string | undefined, ...headers: readonly string[]): Promise<number> {
  const socket = await house.raw();
  const host = headers.some((header) => header.startsWith("Host:")) ? ["Host"] : [];
  const all = [...goodHeaders(...host), ...headers, ...(origin === undefined ? [] : [`Origin: ${origin}`])];
  const answer = await socket.upgrade("/ws", all);
  return answer?.status ?? 0;
}

describe("an origin, where none are set", () => {
  const house = stage();

  test("is let in where it is the server's own", async () => {
    const host = `127.0.0.1:${house.server.port}`;
    expect(await statusOf(house, `http://${host}`, `Host: ${host}`)).toBe(101);
  });

  for (const [what, origin] of Object.entries({
    "another host": "http://evil.example",
    "another port": "http://127.0.0.1:1",
    "another scheme": "https://127.0.0.1",
    null: "null",
    "no origin": "nonsense",
    "a longer name": "http://127.0.0.1.evil.example",
    "a name in capitals": "HTTP://127.0.0.1",
    "a path behind it": "http://127.0.0.1/",
    "two of them": "http://127.0.0.1 http://evil.example",
  })) {
    test(`of ${what} is refused with 403, before the upgrade`, async () => {
      expect(await statusOf(house, origin)).toBe(403);
    });
  }

  test("that is not sent is no hindrance: that is no page", async () => {
    expect(await statusOf(house, undefined)).toBe(101);
  });

  test("is not taken from what a client says of proxies", async () => {
    const forged = [
      "X-Forwarded-Host: evil.example",
      "X-Forwarded-Proto: https",
      "Forwarded: host=evil.example;proto=https",
    ];
    expect(await statusOf(house, "https://evil.example", ...forged)).toBe(403);
  });

  test("counts for the echo and for HTTP that changes something as well", async () => {
    const headers = [...goodHeaders(), "Origin: http://evil.example"];
    const socket = await house.raw();
    expect((await socket.upgrade("/echo", headers))?.status).toBe(403);
    const url = house.url("/api/tickets").replace("ws:", "http:");
    const response = await fetch(url, {
      method: "POST",
      headers: { origin: "http://evil.example", authorization: "Bearer x" },
    });
    expect(response.status).toBe(403);
  });
});

describe("an origin, where some are set", () => {
  const house = stage({ env: { GREENROOM_ORIGINS: "https://example.com,https://app.example.com:8443" } });

  for (const origin of ["https://example.com", "https://app.example.com:8443"]) {
    test(`of them is let in: ${origin}`, async () => {
      expect(await statusOf(house, origin)).toBe(101);
    });
  }

  for (const origin of [
    "http://example.com",
    "https://example.com:444",
    "https://app.example.com",
    "https://example.com.evil",
    "https://evil-example.com",
    "https://sub.example.com",
    "https://example.com, https://evil.example",
    "null",
  ]) {
    test(`that is none of them is refused: ${origin}`, async () => {
      expect(await statusOf(house, origin)).toBe(403);
    });
  }

  test("is refused where it is only the server's own", async () => {
    const host = `127.0.0.1:${house.server.port}`;
    expect(await statusOf(house, `http://${host}`, `Host: ${host}`)).toBe(403);
  });
});

describe("HTTP routes, for a page of another origin", () => {
  const house = stage({ env: { ...tokenEnv, GREENROOM_ORIGINS: "https://example.com", GREENROOM_COOKIE: "session" } });

  /** What a browser is told: of a request beforehand, and of its answer. */
  async function told(origin: string) {
    const url = house.url("/api/tickets").replace("ws:", "http:");
    const asked = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    };
    const before = await fetch(url, { method: "OPTIONS", headers: asked });
    const authorization = `Bearer ${await tokenFor("ada")}`;
    const after = await fetch(url, { method: "POST", headers: { origin, authorization } });
    const allowed = ({ headers }: Response): unknown => [
      headers.get("access-control-allow-origin"),
      headers.get("access-control-allow-credentials"),
    ];
    return { before: allowed(before), after: allowed(after), status: after.status };
  }

  test("may be used by one that is listed", async () => {
    const yes = ["https://example.com", "true"];
    expect(await told("https://example.com")).toEqual({ before: yes, after: yes, status: 201 });
  });

  test("may not be used, nor read, by one that is not listed", async () => {
    const { before, after, status } = await told("https://evil.example");
    expect([(before as unknown[])[0], (after as unknown[])[0], status]).toEqual([null, null, 403]);
  });
});

describe("an origin behind a trusted proxy that speaks TLS", () => {
  const house = stage({ env: { GREENROOM_TRUSTED_PROXIES: "127.0.0.1", ...tokenEnv, GREENROOM_COOKIE: "session" } });
  const forwarded = ["X-Forwarded-Proto: https", "X-Forwarded-Host: chat.example.com"];

  test("is the server's own where the proxy says so", async () => {
    expect(await statusOf(house, "https://chat.example.com", ...forwarded)).toBe(101);
  });

  test("is the server's own by Host, where the proxy passes that on", async () => {
    expect(
      await statusOf(house, "https://chat.example.com", "X-Forwarded-Proto: https", "Host: chat.example.com"),
    ).toBe(101);
  });

  for (const origin of ["http://chat.example.com", "https://evil.example", "https://chat.example.com:444", "null"]) {
    test(`is refused where it is another: ${origin}`, async () => {
      expect(await statusOf(house, origin, ...forwarded)).toBe(403);
    });
  }

  test("of another page does not ride on a cookie", async () => {
    const cookie = `Cookie: session=${await tokenFor("ada")}`;
    expect(await statusOf(house, "https://evil.example", cookie, ...forwarded)).toBe(403);
    expect(await statusOf(house, "https://chat.example.com", cookie, ...forwarded)).toBe(101);
  });
});
