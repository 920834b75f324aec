import type { RoomState } from "../client/mod.ts";
import { element } from "./element.ts";
import { part } from "./part.ts";
import { type Quote, quoteOf } from "./quote.ts";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 120;
const HEIGHT = 32;

interface Tile {
  readonly figure: HTMLElement;
  readonly price: HTMLElement;
  readonly change: HTMLElement;
  readonly drawing: SVGSVGElement;
  readonly line: SVGPolylineElement;
}

/** Shows a room's quotes, as far as its state has them: a line for each, and the same in words. */
export class Chart {
  readonly #place = part("chart", HTMLElement);
  readonly #tiles = new Map<string, Tile>();
  #values: RoomState["values"] | undefined;

  show(values: RoomState["values"]): undefined {
    if (values === this.#values) return;
    this.#values = values;
    const quotes = Object.entries(values).flatMap(([symbol, value]) => quoteOf(symbol, value) ?? []);
    this.#place.hidden = quotes.length === 0;
    for (const quote of quotes) this.#showQuote(quote);
    const symbols = new Set(quotes.map(({ symbol }) => symbol));
    for (const [symbol, { figure }] of this.#tiles) {
      if (symbols.has(symbol)) continue;
      figure.remove();
      this.#tiles.delete(symbol);
    }
  }

  #showQuote(quote: Quote): undefined {
    const { price, change, drawing, line, figure } = this.#tileOf(quote.symbol);
    const isUp = quote.change >= 0;
    const percent = `${isUp ? "+" : "−"}${Math.abs(quote.change).toFixed(2)} %`;
    price.textContent = quote.price.toFixed(2);
    change.textContent = percent;
    figure.dataset["trend"] = isUp ? "up" : "down";
    const [low, high] = [Math.min(...quote.prices), Math.max(...quote.prices)];
    const said = `The last minute: between ${low.toFixed(2)} and ${high.toFixed(2)}.`;
    drawing.setAttribute("aria-label", said);
    line.setAttribute("points", pointsOf(quote.prices, low, high));
  }

  #tileOf(symbol: string): Tile {
    let tile = this.#tiles.get(symbol);
    if (tile === undefined) {
      tile = newTile(symbol);
      this.#tiles.set(symbol, tile);
      this.#place.append(tile.figure);
    }
    return tile;
  }
}

function newTile(symbol: string): Tile {
  const price = element("span", { class: "quote-price" });
  const change = element("span", { class: "quote-change" });
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("role", "img");
  const line = document.createElementNS(SVG, "polyline");
  drawing.append(line);
  const caption = element("figcaption", {}, element("bdi", { class: "quote-name" }, symbol), price, change);
  return { figure: element("figure", { class: "quote" }, caption, drawing), price, change, drawing, line };
}

function pointsOf(prices: readonly number[], low: number, high: number): string {
  const step = WIDTH / Math.max(1, prices.length - 1);
  const scale = high === low ? 0 : (HEIGHT - 4) / (high - low);
  return prices
    .map((price, nth) => `${(nth * step).toFixed(1)},${(HEIGHT - 2 - (price - low) * scale).toFixed(1)}`)
    .join(" ");
}
