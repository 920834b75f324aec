import { Hono } from "hono";

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
    "frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** What `GET /` shows, and its style: what is running here, and how to connect. */
export function pageRoutes(): Hono {
  return new Hono()
    .get("/", (c) => c.html(page(new URL(c.req.url)), 200, headers))
    .get("/greenroom.css", (c) => c.body(style, 200, { ...headers, "content-type": "text/css; charset=utf-8" }));
}

/** Text for an HTML page, with nothing in it that a browser takes for markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page({ host, protocol }: URL): string {
  const at = escaped(`${protocol === "https:" ? "wss" : "ws"}://${host}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Greenroom</title>
<link rel="stylesheet" href="greenroom.css">
</head>
<body>
<main>
<h1>Greenroom</h1>
<p>Rooms for realtime apps. This server is running, and speaks plain WebSocket.</p>
<h2>From a terminal</h2>
<p>Chat in the room <code>lobby</code>, in as many terminals as you like:</p>
<pre><code>npx wscat -c '${at}/ws/lobby?name=ada'
&gt; {"type":"message","content":"hi"}</code></pre>
<h2>From a script</h2>
<pre><code>const socket = new WebSocket("${at}/ws/lobby?name=grace");
socket.onmessage = ({ data }) =&gt; console.log(JSON.parse(data));
socket.onopen = () =&gt; {
  socket.send(JSON.stringify({ type: "message", content: "hello" }));
};</code></pre>
<h2>What else is here</h2>
<ul>
<li><code>${at}/ws</code>: join rooms by command</li>
<li><code>${at}/echo</code>: every message comes back</li>
<li><a href="health">/health</a>: how the server is</li>
</ul>
</main>
</body>
</html>
`;
}

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { color: light-dark(#17663a, #6fd39b); margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
pre { background: light-dark(#f0f4f1, #1d2621); border-radius: 8px; overflow-x: auto; padding: 0.8rem 1rem; }
code { font: 0.9em ui-monospace, monospace; }
`;
