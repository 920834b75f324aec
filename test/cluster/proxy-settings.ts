import type { Upstream } from "./balancer.ts";

/**
 * What HAProxy is told. A node that says 503 to `/health` keeps its connections, as it is draining and sends them away by
 * itself; whoever it turns away is passed on to another at once. One that says nothing at all for some seconds is held for
 * dead, and those who were connected to it come back to another.
 */
export function haproxySettings(upstreams: readonly Upstream[], port: number): string {
  const servers = upstreams.map(({ host, port }, at) => `  server node${at + 1} ${host}:${port}`);
  return `global
  maxconn 2000
defaults
  mode http
  timeout connect 1s
  timeout client 90s
  timeout server 3s
  timeout tunnel 90s
  timeout http-request 10s
  timeout check 2s
  retries 6
  option redispatch 1
  retry-on conn-failure empty-response response-timeout 503
frontend clients
  bind 127.0.0.1:${port}
  default_backend nodes
backend nodes
  balance leastconn
  option httpchk
  http-check send meth GET uri /health ver HTTP/1.1 hdr Host localhost
  http-check expect rstatus ^(200|503)$
  default-server check inter 1s fall 3 rise 1 on-marked-down shutdown-sessions
${servers.join("\n")}
`;
}

/** What nginx is told. It does not look after nodes by itself: one that cannot be connected to is passed over. */
export function nginxSettings(
  upstreams: readonly Upstream[],
  { port, folder }: { readonly port: number; readonly folder: string },
): string {
  const servers = upstreams.map(({ host, port }) => `    server ${host}:${port} max_fails=1 fail_timeout=1s;`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (what) => `  ${what}_temp_path ${folder}/${what};`,
  );
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
${temporary.join("\n")}
  map $http_upgrade $connection_upgrade { default upgrade; "" close; }
  upstream nodes {
    least_conn;
${servers.join("\n")}
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://nodes;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_connect_timeout 1s;
      proxy_read_timeout 90s;
      proxy_send_timeout 90s;
      proxy_next_upstream error timeout http_503;
      proxy_next_upstream_timeout 10s;
    }
  }
}
`;
}
