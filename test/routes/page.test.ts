import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { greenroom } from "../../src/greenroom.ts";

const app = new Hono().route("/", greenroom().routes);
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'";

/** The addresses of a document's files, as a browser would ask for them. */
function filesOf(html: string, at: string): readonly string[] {
  return [...html.matchAll(/(?:src|href)="([^"#]*page\.[^"]+)"/g)].map(([, link]) => new URL(link ?? "", at).pathname);
}

describe("the page", () => {
  it("is there for whoever does not ask for an upgrade, and says how to connect without it", async () => {
    const response = await app.request("http://chat.example:8080/");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    const html = await response.text();
    expect(html).toContain("ws://chat.example:8080</span>/ws/lobby?name=ada");
    expect(html).toContain("wscat");
    expect(html).not.toMatch(/\{\{|<script(?! type="module" src=")|<style|\son\w+=/);
  });

  it("sends its policy with everything, and lets nothing run that is not its own", async () => {
    const html = await (await app.request("/")).text();
    for (const path of ["/", ...filesOf(html, "http://localhost/")]) {
      const { headers, status } = await app.request(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get("content-security-policy")).toBe(policy);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  it("is asked about each time, and its files never again", async () => {
    const first = await app.request("/");
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const tag = first.headers.get("etag") ?? "";
    const again = await app.request("/", { headers: { "if-none-match": tag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const [file = ""] = filesOf(await first.text(), "http://localhost/");
    expect((await app.request(file)).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await app.request(file.replace(/\.\w{12}\./, ".000000000000."))).status).toBe(404);
  });

  it("finds its files wherever it is mounted", async () => {
    const mounted = new Hono().route("/in/chat", greenroom().routes);
    const response = await mounted.request("http://localhost/in/chat");
    for (const path of filesOf(await response.text(), "http://localhost/in/chat")) {
      expect(path).toMatch(/^\/in\/chat\/page\./);
      expect((await mounted.request(path)).status).toBe(200);
    }
  });

  it("takes nothing from the request for markup", async () => {
    const mounted = new Hono().route("/:any", greenroom().routes);
    const html = await (await mounted.request(`http://localhost/"><script>alert(1)<!--{{base}}'`)).text();
    expect(html).not.toMatch(/<script>|alert\(1\)<|<!--/);
  });

  it("is left out where it is not wanted", async () => {
    const without = new Hono().route("/", greenroom({ page: false }).routes).get("/", (c) => c.text("mine"));
    expect(await (await without.request("/")).text()).toBe("mine");
    expect((await without.request("/health")).status).toBe(200);
  });
});
