/** Closer to the end than this, in px, counts as being there. */
const NEAR_END = 32;

/**
 * Keeps what is read in its place while the list around it changes: the end, where one is there, else the first message
 * in view. Browsers do so by themselves in some cases, each in others; so that is switched off (`overflow-anchor`).
 */
export class Anchor {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLElement;
  #held: { readonly element: Element; readonly top: number } | undefined;
  #scrollTop = 0;
  #sizes = "";
  #atEnd = true;

  constructor(scroller: HTMLElement, list: HTMLElement) {
    this.#scroller = scroller;
    this.#list = list;
    scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    const sizes = new ResizeObserver(() => this.restore());
    sizes.observe(scroller);
    sizes.observe(list);
  }

  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Goes to the end, and stays there. */
  toEnd(): undefined {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#note();
  }

  /** Goes to an element, near the upper edge. */
  toElement(element: Element): undefined {
    const { top } = this.#scroller.getBoundingClientRect();
    this.#scroller.scrollTop += element.getBoundingClientRect().top - top - this.#scroller.clientHeight / 4;
    this.#note();
  }

  /** Puts what was read back to where it was. */
  restore(): undefined {
    const scroller = this.#scroller;
    const scrolled = this.#scrolled();
    if (this.#atEnd && scrolled >= -NEAR_END) return this.toEnd();
    const { element, top = 0 } = this.#held ?? {};
    const moved = element?.isConnected ? this.#topOf(element) - (top - scrolled) : 0;
    if (Math.abs(moved) >= 0.5) scroller.scrollTop += moved;
    this.#note();
  }

  /** Frames tell of scrolling before they tell of sizes: what has another size by then is not where one went. */
  #onScroll(): undefined {
    return this.#sizes === sizesOf(this.#scroller) ? this.#note() : this.restore();
  }

  /** How far somebody has scrolled without our having been told yet: it is not to be undone. */
  #scrolled(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const scrolled = scrollTop - this.#scrollTop;
    const isPushed = scrolled < 0 && scrollHeight - scrollTop - clientHeight < 1; // by an end that is an earlier one now
    return isPushed ? 0 : scrolled;
  }

  #note(): undefined {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#scrollTop = scrollTop;
    this.#sizes = sizesOf(this.#scroller);
    this.#atEnd = scrollHeight - scrollTop - clientHeight <= NEAR_END;
    const element = this.#firstInView();
    this.#held = element === undefined ? undefined : { element, top: this.#topOf(element) };
  }

  /** Where its text begins: the edges of a message move as its group or the width of the page changes. */
  #topOf(message: Element): number {
    const text = message.querySelector(".content") ?? message;
    return text.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }

  /** The first message whose end is in view, found by halving: they lie in order. */
  #firstInView(): Element | undefined {
    const { children } = this.#list;
    const { top } = this.#scroller.getBoundingClientRect();
    let low = 0;
    let high = children.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((children[middle] as Element).getBoundingClientRect().bottom > top) high = middle;
      else low = middle + 1;
    }
    // A divider goes to another place as messages come before it.
    while (children[low]?.classList.contains("divider")) low += 1;
    return children[low];
  }
}

function sizesOf({ scrollHeight, clientHeight }: Element): string {
  return `${scrollHeight} ${clientHeight}`;
}
