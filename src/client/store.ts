type Listener = Parameters<EventTarget["addEventListener"]>[1];

/** How a listener is called; `signal` takes it off. */
export type ListenOptions = Parameters<EventTarget["addEventListener"]>[2];

/** Something with a state that can be looked at, and that tells when it has changed. */
export interface Store<State, Events> {
  /** The present state: the same object until something changes, and never altered. */
  snapshot(): State;
  /** Has `listener` called after changes, once for all of one moment; returns how to stop that. */
  subscribe(listener: () => void): () => void;
  /** Has `listener` called when something happens, as an `EventTarget` does. */
  addEventListener<Name extends keyof Events & string>(
    name: Name,
    listener: (event: CustomEvent<Events[Name]>) => void,
    options?: ListenOptions,
  ): void;
  removeEventListener<Name extends keyof Events & string>(
    name: Name,
    listener: (event: CustomEvent<Events[Name]>) => void,
    options?: ListenOptions,
  ): void;
}

/** A store, and how its owner moves it. */
export interface OwnStore<State, Events> {
  readonly store: Store<State, Events>;
  changed(): void;
  tell<Name extends keyof Events & string>(name: Name, detail: Events[Name]): void;
}

/** Makes a store of what `look` sees. */
export function newStore<State, Events>(look: () => State): OwnStore<State, Events> {
  const target = new EventTarget();
  const subscribers = new Set<() => void>();
  let state: State | undefined;
  let isDue = false;

  function call(): undefined {
    isDue = false;
    // Each by itself: where one throws, the world hears of it, and so do the others of the change.
    for (const subscriber of subscribers) queueMicrotask(() => subscribers.has(subscriber) && subscriber());
  }

  return {
    store: {
      snapshot: () => (state ??= look()),
      subscribe(listener) {
        const subscriber = (): void => listener();
        subscribers.add(subscriber);
        return () => void subscribers.delete(subscriber);
      },
      addEventListener: (name, listener, options) => target.addEventListener(name, listener as Listener, options),
      removeEventListener: (name, listener, options) => target.removeEventListener(name, listener as Listener, options),
    },
    changed() {
      state = undefined;
      if (!isDue) queueMicrotask(call);
      isDue = true;
    },
    tell: (name, detail) => void target.dispatchEvent(new CustomEvent(name, { detail })),
  };
}
