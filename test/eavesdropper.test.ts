import process from "node:process";
import { describe, expect, test } from "vitest";
import { keepSecret, leaksIn } from "./contract/watchword.ts";
import { eavesdropper } from "./overheard.ts";

const secret = "a secret of this test, and of nobody else";
keepSecret("the secret", secret);

const ways: Readonly<Record<string, (text: string) => unknown>> = {
  "console.debug()": (text) => console.debug(text),
  "console.log(), among other things": (text) => console.log("what", { is: ["there", text] }, "and more"),
  "console.info()": (text) => console.info(`${text}.`),
  "console.warn()": (text) => console.warn(text),
  "console.error(), in an error": (text) => console.error(new Error("outer", { cause: new Error(text) })),
  "console.trace()": (text) => console.trace(text),
  "console.dir()": (text) => console.dir({ headers: new Map([["authorization", text]]) }),
  stdout: (text) => process.stdout.write(`${text}\n`),
  "stderr, as bytes": (text) => process.stderr.write(Buffer.from(`${text}\n`)),
};

describe("a secret", () => {
  test.each(Object.entries(ways))("is heard that is printed by %s", (_, print) => {
    print(secret);
    expect(eavesdropper.take()).toEqual(["the secret"]);
  });

  test("is heard although it is named later", () => {
    console.debug("a password of nobody's");
    keepSecret("the password", "a password of nobody's");
    expect(eavesdropper.take()).toEqual(["the password"]);
  });

  test("is known by its looks where nobody has named it", () => {
    for (const [text, what] of [
      ["got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl!", "a token"],
      ["authorization: bearer 0123456789abcdef", "a bearer's token"],
      ["GET /ws?room=a&ticket=AAAAAAAAAAAAAAAAAAAAAA", "credentials in a URL"],
    ]) {
      console.debug(text);
      expect(eavesdropper.take()).toEqual([what]);
    }
  });

  test("is not heard in what is harmless", () => {
    console.debug('www-authenticate: Bearer realm="greenroom"', "/ws?ticket=short", secret.slice(0, 20));
    expect(eavesdropper.take()).toEqual([]);
    expect(leaksIn(secret.slice(1))).toEqual([]);
  });
});
