import fc from "fast-check";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { type Credentials, type CredentialsOptions, credentialsOf } from "../../src/routes/credentials.ts";

/** The credentials of a request with these headers. */
async function found(
  headers: Record<string, string>,
  { path = "/ws", ...options }: Partial<CredentialsOptions> & { readonly path?: string } = {},
): Promise<Credentials | undefined> {
  let credentials: Credentials | undefined;
  const app = new Hono().all("*", (c) => {
    credentials = credentialsOf(c, { fromPage: false, ...options });
    return c.text("");
  });
  await app.request(new Request(`http://localhost${path}`, { headers }));
  return credentials;
}

const token = (text: string): Credentials => ({ type: "token", token: text });

describe("credentialsOf()", () => {
  it("takes the first that are there, in the order of the protocol", async () => {
    const options = { bearer: "b", cookie: "session", fromPage: true, queryToken: true, path: "/ws?ticket=d&token=e" };
    const headers: Record<string, string> = { authorization: "Bearer a", cookie: "other=x; session=c" };
    expect(await found(headers, options)).toEqual(token("a"));
    delete headers["authorization"];
    expect(await found(headers, options)).toEqual(token("b"));
    const { bearer: _, ...withoutBearer } = options;
    expect(await found(headers, withoutBearer)).toEqual(token("c"));
    expect(await found({}, withoutBearer)).toEqual({ type: "ticket", ticket: "d" });
    expect(await found({}, { ...withoutBearer, path: "/ws?token=e" })).toEqual(token("e"));
    expect(await found({}, { ...withoutBearer, path: "/ws" })).toBeUndefined();
  });

  it.each([
    "bearer a",
    "BEARER a",
    "Bearer  a",
    "Bearer",
    "Bearera",
    "Basic a",
    "Bearer a b",
    "Bearer a,b",
    "Bearer é",
    "Bearer =a",
  ])("takes Authorization: %s for malformed", async (authorization) => {
    expect(await found({ authorization })).toMatchObject({ type: "malformed" });
  });

  it("does not look at the cookie of a request that comes from no page, nor at ?token= where it is off", async () => {
    expect(await found({ cookie: "session=c" }, { cookie: "session" })).toBeUndefined();
    expect(await found({ cookie: "session=c" }, { fromPage: true })).toBeUndefined();
    expect(await found({}, { path: "/ws?token=e" })).toBeUndefined();
  });

  it("never throws, and says nothing of what it found to be malformed", async () => {
    const value = fc.stringMatching(/^[\x21-\x7e]{1,60}$/);
    await fc.assert(
      fc.asyncProperty(value, value, value.map(encodeURIComponent), async (authorization, cookie, query) => {
        const options = {
          cookie: "session",
          fromPage: true,
          queryToken: true,
          path: `/ws?ticket=${query}&token=${query}`,
        };
        const credentials = await found({ authorization, cookie }, options);
        if (credentials?.type === "malformed" && authorization.length > 12) {
          expect(credentials.reason).not.toContain(authorization);
        }
        await found({ cookie }, options);
      }),
      { numRuns: 200 },
    );
  });

  it("reads back every token that may stand behind Bearer (RFC 6750 §2.1)", async () => {
    const text = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,80}={0,2}$/);
    await fc.assert(
      fc.asyncProperty(text, async (it) => {
        expect(await found({ authorization: `Bearer ${it}` })).toEqual(token(it));
      }),
      { numRuns: 200 },
    );
  });
});
