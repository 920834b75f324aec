import type { RoomState, ShownMessage } from "../client/mod.ts";
import { element } from "./element.ts";
import { type MessageContext, MessageView } from "./message-view.ts";
import { dayName, dayOf } from "./times.ts";

/** Later than this after the one before, a message of the same sender begins a new group. */
const GROUP_MS = 5 * 60_000;

/** The messages as elements, with their days and the line before the new ones; what has not changed is left alone. */
export class MessageList {
  readonly newLine: HTMLElement = element("li", { class: "divider new" }, "New messages");
  readonly #list: HTMLElement;
  readonly #context: MessageContext;
  readonly #views = new Map<string, MessageView>();
  readonly #byElement = new WeakMap<Element, MessageView>();
  readonly #days = new Map<number, HTMLElement>();
  #today = 0;

  constructor(list: HTMLElement, context: MessageContext) {
    this.#list = list;
    this.#context = context;
  }

  has(id: string): boolean {
    return this.#views.has(id);
  }

  /** The message that an element shows, or lies in. */
  messageAt(place: Element | null): { readonly view: HTMLElement; readonly message: ShownMessage } | undefined {
    const view = place?.closest<HTMLElement>(".message");
    const message = view ? this.#byElement.get(view)?.message : undefined;
    return view && message ? { view, message } : undefined;
  }

  clear(): undefined {
    this.#views.clear();
    this.#days.clear();
    this.#list.replaceChildren();
  }

  /** Shows messages, with the line behind the place of the last one that was read. */
  show(messages: RoomState["messages"], line: number | undefined): undefined {
    this.#nameDays();
    const nodes = this.#nodesOf(messages, line);
    const wanted = new Set<Element>(nodes);
    for (const child of [...this.#list.children]) if (!wanted.has(child)) child.remove();
    let next = this.#list.firstChild;
    for (const node of nodes) {
      if (node === next) next = next.nextSibling;
      else this.#list.insertBefore(node, next);
    }
  }

  /** What was today is yesterday after midnight. */
  #nameDays(): undefined {
    const today = dayOf(Date.now());
    if (today === this.#today) return;
    this.#today = today;
    for (const [day, divider] of this.#days) divider.textContent = dayName(day);
  }

  #nodesOf(messages: RoomState["messages"], line: number | undefined): readonly HTMLElement[] {
    const nodes: HTMLElement[] = [];
    const ids = new Set<string>();
    let before: ShownMessage | undefined;
    let dayBefore: number | undefined;
    let isLineDue = line !== undefined;
    for (const message of messages) {
      const view = this.#viewOf(message);
      const day = view.dayOf(message);
      if (day !== dayBefore) nodes.push(this.#dividerOf(day));
      const isLineHere = isLineDue && message.seq !== undefined && message.seq > (line ?? 0) && !message.own;
      if (isLineHere) nodes.push(this.newLine);
      if (isLineHere) isLineDue = false;
      view.show(message, day !== dayBefore || isLineHere || !continues(message, before));
      nodes.push(view.element);
      ids.add(message.id);
      before = message;
      dayBefore = day;
    }
    for (const id of this.#views.keys()) if (!ids.has(id)) this.#views.delete(id);
    return nodes;
  }

  #viewOf({ id }: ShownMessage): MessageView {
    let view = this.#views.get(id);
    if (view === undefined) {
      view = new MessageView(this.#context);
      this.#views.set(id, view);
      this.#byElement.set(view.element, view);
    }
    return view;
  }

  #dividerOf(day: number): HTMLElement {
    let divider = this.#days.get(day);
    if (divider === undefined) {
      divider = element("li", { class: "divider" }, dayName(day));
      this.#days.set(day, divider);
    }
    return divider;
  }
}

function continues(message: ShownMessage, before: ShownMessage | undefined): boolean {
  return before?.sender.id === message.sender.id && message.at - before.at < GROUP_MS;
}
