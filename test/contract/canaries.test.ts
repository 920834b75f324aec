import { describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import { frame, goodHeaders } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";
import { tampered, tokenFor } from "./tokens.ts";

const canary = (what: string): string => `canary-${what}-5f0e1d7c9b3a-${"x".repeat(20)}`;
const signing = canary("signing");
const admin = canary("admin");
const said = canary("content");
const origin = "https://app.example.com";

const house = stage({
  env: {
    GREENROOM_JWT_SECRET: signing,
    GREENROOM_ADMIN_TOKEN: admin,
    GREENROOM_COOKIE: "session",
    GREENROOM_QUERY_TOKEN: "on",
    GREENROOM_INBAND_AUTH: "on",
    GREENROOM_ORIGINS: origin,
    GREENROOM_RATE_LIMITS: "on",
  },
});

/** What must not be seen anywhere, and what was seen: by whom, and all of it. */
const secrets = new Set([signing, admin]);
const seen: { readonly where: string; readonly text: string }[] = [];

async function token(sub = "ada", options: Parameters<typeof tokenFor>[2] = {}): Promise<string> {
  const made = await tokenFor(sub, { jti: canary("jti") }, { key: signing, ...options });
  secrets.add(made);
  secrets.add(made.split(".")[2] as string);
  return made;
}

function note(where: string, text: string): void {
  seen.push({ where, text });
}

async function http(path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(house.url(path).replace("ws:", "http:"), { redirect: "manual", ...init });
  const body = await response.text();
  note(`${init.method ?? "GET"} ${path.split("?")[0]}`, `${[...response.headers].join("\n")}\n${body}`);
  return body;
}

/** An upgrade with these headers, good or bad. */
async function upgrade(path: string, ...headers: readonly string[]): Promise<number> {
  const socket = await house.raw();
  const answer = await socket.upgrade(path, [...goodHeaders(), ...headers]);
  note(`upgrade of ${path.split("?")[0]}`, `${[...(answer?.headers ?? [])].join("\n")}\n${answer?.body}`);
  socket.destroy();
  return answer?.status ?? 0;
}

/** Has everything noted that a client hears; `but` is what it may hear of its own. */
function listen(client: Client, where: string): void {
  client.socket.on("message", (data: Buffer) => note(where, data.toString()));
  client.socket.on("close", (code, reason) => note(where, `${code} ${reason}`));
}

describe("no secret, token or ticket is seen", () => {
  test("by whoever brings it, in any way there is, good or bad", async () => {
    const bad = [
      await token("ada", { key: canary("another key") }),
      await token("ada", { exp: -5 }),
      await token("guest:ada"),
      tampered(await token(), { header: { alg: "none" } }),
      canary("nonsense"),
    ];
    for (const text of bad) secrets.add(text);
    for (const text of [...bad, await token()]) {
      await upgrade("/ws/lobby", `Authorization: Bearer ${text}`);
      await upgrade("/ws/lobby", `Authorization: Basic ${text}`);
      await upgrade("/ws", `Sec-WebSocket-Protocol: greenroom.v1, bearer.${text}`);
      await upgrade("/ws", `Sec-WebSocket-Protocol: bearer.${text}`);
      await upgrade("/ws", `Cookie: session=${text}`, `Origin: ${origin}`);
      await upgrade("/ws", `Cookie: session=${text}`, "Origin: https://evil.example");
      await upgrade(`/ws?token=${text}`);
      await upgrade(`/ws?ticket=${text}`);
      await upgrade(`/nowhere?token=${text}`);
      await upgrade(`/echo?token=${text}`);
      await http(`/?token=${text}`);
      await http(`/nowhere?token=${text}&ticket=${text}`);
      await http("/ws", { headers: { authorization: `Bearer ${text}` } });
      await http("/api/tickets", { method: "POST", headers: { authorization: `Bearer ${text}` }, body: text });
      await http("/api/revocations", { method: "POST", headers: { authorization: `Bearer ${text}` }, body: text });
      await http("/api/rooms/lobby/ban", { method: "POST", headers: { authorization: `Bearer ${admin}` }, body: text });
      await http("/files/nothing", { headers: { authorization: `Bearer ${text}` } });
      await http("/health", { headers: { authorization: `Bearer ${text}` } });
    }
  });

  test("on a connection that brings it", async () => {
    for (const text of [await token("ada"), await token("grace"), canary("in band"), await token("ada", { exp: -1 })]) {
      secrets.add(text);
      const client = await house.open("/ws");
      listen(client, "a connection");
      for (const id of [text, undefined])
        client.send({ type: "auth", token: text, ...(id !== undefined && { more: id }) });
      client.sendText(`{"type":"auth","token":"${text}"`);
      client.send({ type: text, token: text });
      client.send({ type: "auth", token: `${text} ` });
      client.send({ type: "join", room: `-${text}` });
      await client.settled();
    }
  });

  test("but a ticket once, by whom it was made for", async () => {
    const bearer = await token();
    const body = await http("/api/tickets", { method: "POST", headers: { authorization: `Bearer ${bearer}` } });
    seen.pop();
    const { ticket } = JSON.parse(body) as { ticket: string };
    secrets.add(ticket);
    const client = await house.open(`/ws/lobby?ticket=${ticket}`);
    listen(client, "a connection by ticket");
    await client.settled();
    await upgrade(`/ws/lobby?ticket=${ticket}`);
  });
});

describe("no message is seen", () => {
  test("by others than those it is for: not in errors, not in what is printed", async () => {
    const room = freshRoom();
    const writer = await house.member(room, "writer");
    const heard: string[] = [];
    writer.socket.on("message", (data: Buffer) => {
      const event = JSON.parse(data.toString());
      if (event.type !== "message" && event.type !== "history") heard.push(data.toString());
    });
    writer.send({ type: "message", room, content: said, data: { said }, key: "k", id: 1 });
    for (const command of [
      { type: "message", room, content: "" },
      { type: "message", room, content: said.repeat(100) },
      { type: "message", room: "elsewhere", content: said },
      { type: "message", room, content: said, data: { said: [said.repeat(500)] } },
      { type: "message", room, content: `${said}\ud800` },
      { type: "set", room, values: { [said]: said.repeat(300) } },
      { type: said, content: said },
      [said],
    ]) {
      writer.sendText(JSON.stringify(command));
    }
    writer.sendText(`{"type":"message","content":"${said}`);
    for (let at = 0; at < 80; at++) writer.send({ type: "message", room, content: said });
    await writer.next("ack");
    await writer.settled().catch(() => undefined);
    for (const text of heard) note("the writer", text);
    const hostile = await house.upgraded(`/ws/${room}`);
    for (const opcode of [1, 2, 3]) hostile.write(frame(`${said}\xff`, { opcode }));
    hostile.write(Buffer.from(said));
    hostile.destroy();
  });
});

test("what was seen holds none of it", async () => {
  expect(seen.length).toBeGreaterThan(100);
  note("what the server prints", house.server.output());
  expect(await http("/metrics", { headers: { authorization: `Bearer ${admin}` } })).toContain(
    "greenroom_messages_total",
  );
  for (const { where, text } of seen) {
    const found = [...secrets].filter((secret) => text.includes(secret)).map((secret) => secret.slice(0, 16));
    expect({ where, found }).toEqual({ where, found: [] });
    expect({ where, says: text.includes(said) }).toEqual({ where, says: false });
    expect({ where, repeats: text.includes(canary("jti")) }).toEqual({ where, repeats: false });
  }
});
