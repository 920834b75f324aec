import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { goodHeaders } from "./raw.ts";
import { stage } from "./stage.ts";
import { tampered, tokenEnv, tokenFor } from "./tokens.ts";

const origin = "https://app.example.com";
const house = stage({
  env: {
    ...tokenEnv,
    GREENROOM_GUESTS: "off",
    GREENROOM_COOKIE: "session",
    GREENROOM_QUERY_TOKEN: "on",
    GREENROOM_ORIGINS: origin,
  },
});
const { open, raw, url } = house;

/** The answer to an upgrade with these headers beside the common ones. */
async function upgrade(path: string, ...headers: readonly string[]) {
  const socket = await raw();
  const answer = await socket.upgrade(path, [...goodHeaders(), ...headers]);
  if (answer === undefined) throw new Error("Cannot read an answer: the socket was dropped");
  return answer;
}

const ways: Readonly<Record<string, (token: string) => readonly [path: string, ...headers: string[]]>> = {
  Authorization: (token) => ["/ws", `Authorization: Bearer ${token}`],
  "a subprotocol": (token) => ["/ws", `Sec-WebSocket-Protocol: greenroom.v1, bearer.${token}`],
  "a cookie": (token) => ["/ws", `Cookie: other=1; session=${token}`, `Origin: ${origin}`],
  "?token=": (token) => [`/ws?token=${token}`],
};

describe("an upgrade with a token", () => {
  for (const [name, way] of Object.entries(ways)) {
    test(`in ${name} is let in`, async () => {
      expect((await upgrade(...way(await tokenFor("ada")))).status).toBe(101);
    });

    for (const [what, token] of Object.entries({
      "that has expired": () => tokenFor("ada", {}, { exp: -1 }),
      "signed with another secret": () => tokenFor("ada", {}, { key: "another secret of at least 32 bytes!" }),
      "signed with another algorithm": () => tokenFor("ada", {}, { alg: "HS512", key: `${"x".repeat(64)}` }),
      "without an end": () => tokenFor("ada", {}, { exp: Number.NaN }),
      "of a guest": () => tokenFor("guest:ada"),
      "of a host": () => tokenFor("host:echo-bot"),
      "without a user": () => tokenFor(""),
      "of a user with a space": () => tokenFor("ada lovelace"),
      "that counts from tomorrow on": () => tokenFor("ada", { nbf: Math.floor(Date.now() / 1_000) + 86_400 }),
      "whose claims were changed": async () => tampered(await tokenFor("ada"), { claims: { sub: "root" } }),
      "that says it needs no signature": async () =>
        `${tampered(await tokenFor("ada"), { header: { alg: "none" } })
          .split(".")
          .slice(0, 2)
          .join(".")}.`,
      "that is none": () => Promise.resolve("not-a-token"),
    })) {
      test(`in ${name} ${what} is answered with 401, before the upgrade`, async () => {
        const { status, headers, body } = await upgrade(...way(await token()));
        expect(status).toBe(401);
        expect(headers.get("www-authenticate")).toMatch(/^Bearer\b/);
        expect(JSON.parse(body)).toMatchObject({ status: 401 });
      });
    }
  }

  test("speaks for its user, under the name it says", async () => {
    const token = await tokenFor("ada", { name: "Ada Lovelace" });
    const client = await open("/ws/lobby", { headers: { authorization: `Bearer ${token}` } });
    expect((await client.next("welcome")).user).toEqual({ id: "ada", name: "Ada Lovelace", guest: false });
    expect((await client.next("joined")).user).toMatchObject({ id: "ada", guest: false });
  });

  test("among the subprotocols does not come back", async () => {
    const { status, headers } = await upgrade(
      "/ws",
      `Sec-WebSocket-Protocol: bearer.${await tokenFor("ada")}, greenroom.v1`,
    );
    expect(status).toBe(101);
    expect(headers.get("sec-websocket-protocol")).toBe("greenroom.v1");
    expect([...headers.values()].join()).not.toContain("bearer");
  });

  test("in Authorization counts before all others, which do not make good for it", async () => {
    const good = await tokenFor("ada");
    const headers = ["Authorization: Bearer bad", `Sec-WebSocket-Protocol: greenroom.v1, bearer.${good}`];
    expect((await upgrade(`/ws?token=${good}`, ...headers)).status).toBe(401);
  });

  test("in one of two Authorization headers is refused, whichever of them would be the good one", async () => {
    const [ada, grace] = [`Bearer ${await tokenFor("ada")}`, `Bearer ${await tokenFor("grace")}`];
    for (const pair of [
      [ada, grace],
      [ada, "Bearer bad"],
      ["Bearer bad", ada],
      [ada, ada],
    ]) {
      const headers = pair.map((value) => `Authorization: ${value}`);
      expect((await upgrade("/ws", ...headers)).status).toBe(401);
      const posting = ["Host: 127.0.0.1", ...headers, "Content-Length: 0"].join("\r\n");
      expect((await house.answered(`POST /api/tickets HTTP/1.1\r\n${posting}\r\n\r\n`)).status).toBe(401);
    }
  });

  test("in the second of two Cookie headers is let in: they are one list", async () => {
    const cookies = ["Cookie: other=1", `Cookie: session=${await tokenFor("ada")}`, `Origin: ${origin}`];
    expect((await upgrade("/ws", ...cookies)).status).toBe(101);
  });

  for (const scheme of ["bearer", "BEARER", "Basic", "Bearer ", "JWT"]) {
    test(`under the scheme "${scheme}" is refused`, async () => {
      expect((await upgrade("/ws", `Authorization: ${scheme} ${await tokenFor("ada")}`)).status).toBe(401);
    });
  }

  test("in a cookie counts for nothing without an Origin", async () => {
    expect((await upgrade("/ws", `Cookie: session=${await tokenFor("ada")}`)).status).toBe(401);
  });

  test("in a cookie is not even looked at for a page of another origin: 403", async () => {
    const headers = [`Cookie: session=${await tokenFor("ada")}`, "Origin: https://evil.example"];
    expect((await upgrade("/ws", ...headers)).status).toBe(403);
  });

  test("is needed for the echo as well", async () => {
    expect((await upgrade("/echo")).status).toBe(401);
    expect((await upgrade("/echo", `Authorization: Bearer ${await tokenFor("ada")}`)).status).toBe(101);
  });

  test("may not be left out where guests are not let in", async () => {
    expect((await upgrade("/ws")).status).toBe(401);
    expect((await upgrade("/ws/lobby?name=ada")).status).toBe(401);
  });
});

describe("a connection with a token", () => {
  test("is told ahead of time that it ends, and closed with 4401 then", async () => {
    // Long enough that a machine which stands still for seconds has let it in before.
    const token = await tokenFor("ada", {}, { exp: 10 });
    const client = await open("/ws", { headers: { authorization: `Bearer ${token}` } });
    const { at } = await client.next("expiring");
    expect(at).toBeGreaterThan(Date.now());
    expect(at - Date.now()).toBeLessThan(11_000);
    expect(await client.closed).toMatchObject({ code: 4401 });
  });

  test("goes on past the end of it with a new one of the same user", async () => {
    const client = await open("/ws/lobby", {
      headers: { authorization: `Bearer ${await tokenFor("ada", {}, { exp: 10 })}` },
    });
    const ack = await client.request({ type: "auth", token: await tokenFor("ada", {}, { exp: 600 }) }, "ack");
    expect(ack.expires).toBeGreaterThan(Date.now() + 500_000);
    await new Promise((resolve) => setTimeout(resolve, 10_500));
    await client.settled();
  });

  test("refuses a new one of another user, or a bad one, and goes on", async () => {
    const client = await open("/ws", { headers: { authorization: `Bearer ${await tokenFor("ada")}` } });
    for (const token of [await tokenFor("grace"), "bad", await tokenFor("ada", {}, { exp: -5 })]) {
      expect(await client.request({ type: "auth", token }, "error")).toMatchObject({ code: "unauthorized" });
    }
    await client.settled();
  });
});

describe("POST /api/tickets", () => {
  const post = async (headers: Readonly<Record<string, string>>, body = ""): Promise<Response> =>
    fetch(`${url("/api/tickets").replace("ws:", "http:")}`, { method: "POST", headers, body });

  async function ticketFor(sub: string, body = ""): Promise<string> {
    const askedAt = Date.now();
    const response = await post({ authorization: `Bearer ${await tokenFor(sub)}` }, body);
    expect(response.status).toBe(201);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { ticket, expires } = (await response.json()) as { ticket: string; expires: number };
    expect(ticket).toMatch(/^[\w-]{22}$/);
    // Between the question and its answer, by the same clock; a second where it is counted in whole ones.
    expect(expires).toBeGreaterThan(askedAt + 30_000 - 1_000);
    expect(expires).toBeLessThan(Date.now() + 30_000 + 1_000);
    return ticket;
  }

  test("makes a ticket that lets its user in, once", async () => {
    const ticket = await ticketFor("ada");
    const client = await open(`/ws?ticket=${ticket}`);
    expect((await client.next("welcome")).user).toMatchObject({ id: "ada", guest: false });
    expect((await upgrade(`/ws?ticket=${ticket}`)).status).toBe(401);
  });

  test("makes a ticket that one of two who come at once can use", async () => {
    const ticket = await ticketFor("ada");
    const answers = await Promise.all(Array.from({ length: 8 }, () => upgrade(`/ws?ticket=${ticket}`)));
    expect(answers.map(({ status }) => status).filter((status) => status === 101)).toHaveLength(1);
  });

  test("makes a ticket for the pages of one origin", async () => {
    const bound = JSON.stringify({ origin });
    expect((await upgrade(`/ws?ticket=${await ticketFor("ada", bound)}`)).status).toBe(401);
    expect((await upgrade(`/ws?ticket=${await ticketFor("ada", bound)}`, `Origin: ${origin}`)).status).toBe(101);
  });

  for (const [what, headers] of Object.entries({
    "without a token": {},
    "with a bad one": { authorization: "Bearer bad" },
    "with a token in a cookie": { cookie: "session=bad", origin },
  })) {
    test(`${what} is answered with 401`, async () => {
      expect((await post(headers as Record<string, string>)).status).toBe(401);
    });
  }

  for (const body of ["{", "[]", '{"origin":"*"}', '{"origin":5}', '{"origin":"https://a.example/path"}']) {
    test(`with the body ${body} is answered with 400`, async () => {
      expect((await post({ authorization: `Bearer ${await tokenFor("ada")}` }, body)).status).toBe(400);
    });
  }

  test("refuses a body of more than 4 KiB", async () => {
    const response = await post({ authorization: `Bearer ${await tokenFor("ada")}` }, "x".repeat(5_000));
    expect(response.status).toBe(413);
  });
});

test("a server that has refused all of these still runs", async () => {
  expect(house.server.alive()).toBe(true);
});
