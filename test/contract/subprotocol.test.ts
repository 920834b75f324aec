import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { goodHeaders, handshake } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();

describe("subprotocol", () => {
  const agreed: readonly (readonly [string, string | undefined])[] = [
    ["greenroom.v1", "greenroom.v1"],
    ["greenroom.v1.batch", "greenroom.v1.batch"],
    ["greenroom.v1, greenroom.v1.batch", "greenroom.v1.batch"],
    ["greenroom.v1.batch, greenroom.v1", "greenroom.v1.batch"],
    ["chat, greenroom.v1", "greenroom.v1"],
    ["greenroom.v1, chat, superchat", "greenroom.v1"],
  ];
  for (const [offer, taken] of agreed) {
    test(`an offer of "${offer}" is answered with ${taken}`, async () => {
      const { status, headers } = await it.answered(
        handshake("/ws", [...goodHeaders(), `Sec-WebSocket-Protocol: ${offer}`]),
      );
      expect([status, headers.get("sec-websocket-protocol")]).toEqual([101, taken]);
    });
  }

  for (const offer of ["greenroom.v1,greenroom.v1.batch", "chat,greenroom.v1", "chat ,\tgreenroom.v1"]) {
    test(`an offer spaced as ${JSON.stringify(offer)} is read all the same`, async () => {
      const { status, headers } = await it.answered(
        handshake("/ws", [...goodHeaders(), `Sec-WebSocket-Protocol: ${offer}`]),
      );
      expect(status).toBe(101);
      expect(headers.get("sec-websocket-protocol")).toBe(
        offer.includes("batch") ? "greenroom.v1.batch" : "greenroom.v1",
      );
      await it.stillServes();
    });
  }

  test("offers in several headers are one list", async () => {
    const { status, headers } = await it.answered(
      handshake("/ws", [...goodHeaders(), "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: greenroom.v1"]),
    );
    expect([status, headers.get("sec-websocket-protocol")]).toEqual([101, "greenroom.v1"]);
  });

  test("no offer is answered with none", async () => {
    const { status, headers } = await it.answered(handshake("/ws"));
    expect([status, headers.has("sec-websocket-protocol")]).toEqual([101, false]);
  });

  for (const offer of ["chat", "chat, superchat", "chat,superchat", "greenroom.v2", "GREENROOM.V1"]) {
    test(`an offer of "${offer}" with nothing of ours is answered with 400`, async () => {
      const answer = await it.answered(handshake("/ws", [...goodHeaders(), `Sec-WebSocket-Protocol: ${offer}`]));
      expect(answer.status).toBe(400);
      expect(answer.headers.has("sec-websocket-protocol")).toBe(false);
      await it.stillServes();
    });
  }

  test("the list the ws package sends opens a batch connection in a room", async () => {
    const room = freshRoom();
    const client = await it.open(`/ws/${room}`, { protocols: ["greenroom.v1.batch", "greenroom.v1"] });
    expect(client.protocol).toBe("greenroom.v1.batch");
    expect((await client.next("joined")).room).toBe(room);
  });
});
