import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomPort } from "../logs/redis/server.ts";
import { root } from "../matrix/targets.ts";
import { endGroup, type Started, start } from "../package/started.ts";

/** A proxy that runs with the file its guide has. */
export type Kind = "nginx" | "caddy";

/** A running proxy. */
export interface Proxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** A folder with a certificate for localhost, and what is to be trusted for it. */
export interface Certified {
  readonly folder: string;
  readonly certificate: string;
  remove(): void;
}

const packages: Readonly<Record<Kind, string>> = { nginx: "nginx-light", caddy: "caddy" };

/** Makes a certificate for localhost that lasts for a day. */
export function certified(): Certified {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-proxy-"));
  const [key, pem] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const about = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "1", "-nodes"];
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", key, "-out", pem];
  execFileSync("openssl", ["req", "-x509", ...made, ...about], { stdio: "pipe" });
  return {
    folder,
    certificate: readFileSync(pem, "utf8"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Has a program look at its settings; resolves with what it says.
 *
 * @throws {Error} where it is not installed: what was not checked is no success.
 */
export function checked(kind: Kind, args: readonly string[]): { readonly ok: boolean; readonly said: string } {
  const { error, status, stdout, stderr } = spawnSync(kind, args, { encoding: "utf8" });
  if (error !== undefined) {
    const how = `\`apt-get install ${packages[kind]}\``;
    throw new Error(`Cannot check docs/deploy: ${kind} is not installed on this machine; ${how}`, { cause: error });
  }
  return { ok: status === 0, said: stdout + stderr };
}

/** The guide's file with the ports, the certificate and the nodes of a test; nothing else is another. */
export function settingsOf(
  kind: Kind,
  { folder, port, nodes }: { readonly folder: string; readonly port: number; readonly nodes: readonly number[] },
): string {
  const addresses = nodes.map((node) => `127.0.0.1:${node}`);
  if (kind === "caddy") {
    const tls = `tls ${folder}/certificate.pem ${folder}/key.pem`;
    const own = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n";
    return (
      own +
      replaced(readFileSync(`${root}docs/deploy/Caddyfile`, "utf8"), [
        ["chat.example.com {", `https://localhost:${port} {\n\tbind 127.0.0.1\n\t${tls}`],
        ["127.0.0.1:8080", addresses.join(" ")],
      ])
    );
  }
  const site = replaced(readFileSync(`${root}docs/deploy/nginx.conf`, "utf8"), [
    ["listen 80;", `listen unix:${folder}/${port}.sock;`],
    ["listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`],
    ["/etc/ssl/chat.example.com/fullchain.pem", `${folder}/certificate.pem`],
    ["/etc/ssl/chat.example.com/privkey.pem", `${folder}/key.pem`],
    ["/var/log/nginx/greenroom.log", `${folder}/access.log`],
    ["server 127.0.0.1:8080;", addresses.map((address) => `server ${address};`).join(" ")],
  ]).replaceAll("chat.example.com", "localhost");
  writeFileSync(join(folder, "greenroom.conf"), site);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (what) => `${what}_temp_path ${folder}/${what};`,
  );
  return `user root;\ndaemon off;\npid ${folder}/nginx.pid;\nerror_log stderr warn;\nevents {}\nhttp {\n${temporary.join("\n")}\ninclude ${folder}/greenroom.conf;\n}\n`;
}

/** Starts a proxy before some nodes, by the guide's file. */
export async function startProxy(kind: Kind, folder: string, nodes: readonly number[]): Promise<Proxy> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomPort();
    const file = join(folder, `${kind}.conf`);
    writeFileSync(file, settingsOf(kind, { folder, port, nodes }));
    const args = kind === "nginx" ? ["-e", "stderr", "-c", file] : ["run", "--config", file, "--adapter", "caddyfile"];
    const started = start(kind, args, { env: { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
    if (await listens(started, port)) {
      return {
        port,
        async stop() {
          endGroup(started.child);
          await started.exited;
        },
      };
    }
    // Somebody else may have had that port.
    if (attempt === 5) throw new Error(`Cannot start ${kind}: ${started.said().stderr}`);
  }
}

/** Whether it comes to answer, whatever it answers. */
async function listens({ exited }: Started, port: number): Promise<boolean> {
  let over = false;
  void exited.then(() => (over = true));
  while (!over) {
    const answered = await fetch(`https://localhost:${port}/health`).then(
      () => true,
      () => false,
    );
    if (answered) return !over;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  let now = text;
  for (const [from, to] of pairs) {
    if (!now.includes(from)) throw new Error(`Cannot find "${from}" in the guide's file`);
    now = now.replace(from, to);
  }
  return now;
}
