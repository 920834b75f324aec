import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { greenroom } from "../../src/mod.ts";
import { keepSecret } from "../contract/watchword.ts";
import { harmless } from "./harmless.ts";

describe("POST /api/tickets, where an app says who asks", () => {
  const rooms = greenroom({
    authenticate: (request) => (request.headers.get("x-user") === "ada" ? { id: "ada" } : undefined),
  });
  const app = new Hono().route("/", rooms.routes);

  async function ask(path: string, headers: Record<string, string> = {}, body?: ReadableStream): Promise<Response> {
    return await harmless(
      app.request(path, { method: "POST", headers, body, duplex: "half" } as RequestInit) as Promise<Response>,
    );
  }

  it("makes one by the app's word alone", async () => {
    expect((await ask("/api/tickets", { "x-user": "ada" })).status).toBe(201);
    expect((await ask("/api/tickets")).status).toBe(401);
  });

  it("waits for no body of those it does not know, and reads no more than 4 KiB of others", async () => {
    const never = new ReadableStream();
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) });
    expect((await ask("/api/tickets", {}, never)).status).toBe(401);
    expect((await ask("/api/tickets", { "x-user": "ada" }, endless)).status).toBe(413);
  });

  it("makes none of a body that breaks off", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
    expect((await ask("/api/tickets", { "x-user": "ada" }, broken)).status).toBe(400);
  });

  it("makes none for a ticket, which would last for as long as one likes", async () => {
    const { ticket } = (await (await ask("/api/tickets", { "x-user": "ada" })).json()) as { readonly ticket: string };
    keepSecret("the ticket", ticket);
    expect((await ask(`/api/tickets?ticket=${ticket}`)).status).toBe(401);
  });
});
