import { Page } from "./page.ts";

const base = new URL("./", import.meta.url);
const shown = base.href.replace(/^http/, "ws").replace(/\/$/, "");
for (const place of document.querySelectorAll("[data-socket]")) place.textContent = shown;

new Page(base).start();
