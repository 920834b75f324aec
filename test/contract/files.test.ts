import { Buffer } from "node:buffer";
import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { hashOf, parcel, uploadFile } from "./parcel.ts";
import { freshRoom, stage } from "./stage.ts";

const house = stage({ env: { GREENROOM_LOG: "sqlite" } });
const { member } = house;
const MIB = 1024 ** 2;

function http(path: string): string {
  return house.url(path).replace("ws:", "http:");
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

async function downloader(): Promise<{
  client: Awaited<ReturnType<typeof member>>;
  bytes: () => Buffer;
}> {
  const parts: Buffer[] = [];
  const client = await member(freshRoom(), undefined, { onBinary: (part) => parts.push(part) });
  return { client, bytes: () => Buffer.concat(parts) };
}

describe("a file over the socket", () => {
  for (const [what, size] of [
    ["of nothing", 0],
    ["of one byte", 1],
    ["of a frame and one byte", 65_537],
    ["of 10 MiB", 10 * MIB],
  ] as const) {
    test(`${what} is uploaded, named by its message, and downloaded whole`, async () => {
      const room = freshRoom();
      const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
      const bytes = parcel(size);
      const { seq } = await uploadFile(ada, bytes, { room, content: "look", key: "k" });
      const message = await bob.next("message", undefined, 20_000);
      const sha256 = hashOf(bytes);
      expect(message).toMatchObject({ room, seq, content: "look", sender: { id: "guest:ada" } });
      expect(message.attachment).toMatchObject({ name: "a.bin", media: "application/octet-stream", size, sha256 });
      const reader = await downloader();
      reader.client.send({ type: "download", file: message.attachment?.file, id: "d" });
      expect(await reader.client.next("file")).toMatchObject({ id: "d", name: "a.bin", size, sha256 });
      await reader.client.next("ack", ({ id }) => id === "d", 20_000);
      expect(hashOf(reader.bytes())).toBe(sha256);
    });
  }

  test("stands in the history, and in what a newcomer is sent", async () => {
    const room = freshRoom();
    const ada = await member(room);
    await uploadFile(ada, parcel(10), { room });
    const { joined } = await member(room);
    const { messages } = await ada.request({ type: "history", room }, "history");
    for (const [message] of [joined.messages, messages]) {
      expect(message).toMatchObject({ content: "a.bin", attachment: { name: "a.bin", size: 10 } });
    }
  });

  test("repeated under its key yields the same message", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    const first = await uploadFile(ada, parcel(100), { room, key: "k" });
    const again = await member(room, "ada");
    const second = await uploadFile(again, parcel(200), { room, key: "k" });
    expect(second).toMatchObject({ seq: first.seq, duplicate: true });
    await again.settled();
    expect(again.untaken("message")).toEqual([]);
  });

  test("in the batch form is the same", async () => {
    const room = freshRoom();
    const parts: Buffer[] = [];
    const options = { protocols: ["greenroom.v1.batch"], onBinary: (part: Buffer) => void parts.push(part) };
    const ada = await member(room, "ada", options);
    await uploadFile(ada, parcel(300_000), { room });
    const { attachment } = await ada.next("message");
    await ada.request({ type: "download", file: attachment?.file }, "ack");
    expect(hashOf(Buffer.concat(parts))).toBe(attachment?.sha256);
  });

  test("delays no message of its connection, or of others, while it is downloaded", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    await uploadFile(ada, parcel(10 * MIB), { room });
    const { attachment } = await ada.next("message", undefined, 20_000);
    const { client } = await downloader();
    await client.request({ type: "join", room: `${room}-talk` }, "joined");
    const talker = await member(`${room}-talk`, "bob");
    let said = 0;
    /** How long a message takes to both of them. */
    async function delayMs(): Promise<number> {
      const content = `said ${++said}`;
      const saidAt = performance.now();
      talker.send({ type: "message", room: `${room}-talk`, content });
      await Promise.all([talker, client].map((each) => each.next("message", (message) => message.content === content)));
      return performance.now() - saidAt;
    }
    const before: number[] = [];
    for (let at = 0; at < 20; at += 1) before.push(await delayMs());
    let over = false;
    const done = client.request({ type: "download", file: attachment?.file }, "ack", 20_000).finally(() => {
      over = true;
    });
    const meanwhile: number[] = [];
    do meanwhile.push(await delayMs());
    while (!over);
    await done;
    // In the middle, and against what it takes without a download: the machine may be busy with something else.
    expect(median(meanwhile) - median(before)).toBeLessThan(50);
  });

  test("goes on beside other commands of its connection", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    const uploading = uploadFile(ada, parcel(4 * MIB), { room });
    const ack = await ada.request({ type: "message", room, content: "meanwhile" }, "ack");
    expect(ack.seq).toBe(1);
    expect((await uploading).seq).toBe(2);
  });

  test("that nobody has is not_found", async () => {
    const client = await member(freshRoom());
    expect(await client.request({ type: "download", file: "no-such-file" }, "error")).toMatchObject({
      code: "not_found",
    });
  });

  test("is gone with the last message that names it", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    const { seq } = await uploadFile(ada, parcel(1_000), { room });
    const { attachment } = await ada.next("message");
    const url = http(attachment?.url ?? "");
    expect((await fetch(url)).status).toBe(200);
    await ada.request({ type: "redact", room, seq }, "ack");
    // It is let go of behind the answer: a hundred questions may come before that on a busy machine.
    const status = async (): Promise<number> => {
      const answer = await fetch(url);
      await answer.arrayBuffer();
      return answer.status;
    };
    await expect.poll(status, { timeout: 20_000 }).toBe(404);
  });
});

describe("a cancelled transfer", () => {
  test("is answered, and so is the cancel; the next one works", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    ada.send({ type: "upload", room, id: "u", name: "a", media: "a/b", size: 200_000 });
    await ada.next("ready");
    ada.socket.send(parcel(65_536));
    ada.send({ type: "cancel", id: "c" });
    expect(await ada.next("error")).toMatchObject({ id: "u", code: "bad_command" });
    expect(await ada.next("ack")).toMatchObject({ id: "c" });
    ada.socket.send(parcel(65_536));
    await ada.settled();
    expect((await uploadFile(ada, parcel(10), { room })).seq).toBe(1);
  });
});
