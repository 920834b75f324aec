import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FORGETFUL, type RedisServer, randomPort, startRedis } from "./server.ts";

/** A Redis of a test's own that speaks TLS as well. */
export interface SecuredRedis {
  readonly server: RedisServer;
  /** Where it is by TLS; its certificate is for localhost and nobody else. */
  urlAt(host: string): string;
  /** The certificate of its CA, and that of one which has nothing to do with it, as PEM. */
  readonly ca: string;
  readonly otherCa: string;
  remove(): Promise<void>;
}

/** Starts one, under a CA that lasts for a day. */
export async function startSecured(): Promise<SecuredRedis> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-tls-"));
  const file = (name: string): string => join(folder, name);
  certify(file("ca"), "/CN=A CA of a test");
  certify(file("other"), "/CN=Another CA of a test");
  const about = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
  certify(file("redis"), "/CN=localhost", [...about, "-CA", file("ca.pem"), "-CAkey", file("ca.key")]);
  const keys = ["--tls-cert-file", file("redis.pem"), "--tls-key-file", file("redis.key")];
  const trust = ["--tls-ca-cert-file", file("ca.pem"), "--tls-auth-clients", "no"];
  for (let attempt = 1; ; attempt += 1) {
    const port = randomPort();
    try {
      const server = await startRedis([...FORGETFUL, "--tls-port", String(port), ...keys, ...trust]);
      return {
        server,
        urlAt: (host) => `rediss://${host}:${port}`,
        ca: readFileSync(file("ca.pem"), "utf8"),
        otherCa: readFileSync(file("other.pem"), "utf8"),
        async remove() {
          await server.remove();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      // Somebody else may have had that port.
      if (attempt === 3) throw error;
    }
  }
}

function certify(name: string, subject: string, more: readonly string[] = []): void {
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
  execFileSync("openssl", ["req", "-x509", ...made, "-subj", subject, ...files, ...more], { stdio: "pipe" });
}
