import type { Dice } from "./dice.ts";
import { type SdkClient, unheeded } from "./sdk-client.ts";

/** What somebody does now and then with the client that they have. */
export function sdkTalk(client: SdkClient, dice: Dice): undefined {
  const name = dice.of(client.options.rooms);
  const view = client.views.get(name);
  if (view === undefined) {
    client.enter(name);
    return;
  }
  const { room } = view;
  const rolled = dice.random();
  if (rolled < 0.6) {
    for (let left = dice.chance(0.1) ? dice.whole(2, 8) : 1; left > 0; left -= 1) {
      client.say(view, { units: dice.chance(0.2) ? dice.whole(200, 900) : dice.whole(1, 40), data: dice.chance(0.2) });
    }
    return;
  }
  if (rolled < 0.68) return void room.signal("wave", dice.whole(1, 9));
  if (rolled < 0.8) return unheeded(view.older(dice.of([1, 5, 50])));
  if (rolled < 0.84) return unheeded(room.set({ [dice.of(["topic", "mood"])]: dice.of(["up", "down", null]) }));
  if (rolled < 0.88) return discard(client, name);
  if (rolled < 0.91) return client.leave(view);
  if (rolled < 0.94) {
    client.note("reconnects");
    return client.turn(() => client.client.reconnect());
  }
  if (rolled < 0.97) return client.offline(dice.of([100, 2_000, 8_000]));
  return client.freeze(dice.of([50, 1_000, 9_000]));
}

/** Takes back what has not been said yet. */
function discard(client: SdkClient, name: string): undefined {
  const { room } = client.views.get(name) ?? {};
  const pending = room?.snapshot().messages.filter(({ state }) => state !== "sent") ?? [];
  const key = pending.at(-1)?.key;
  if (key !== undefined && room?.discard(key) === true) client.note(`takes back ${key}`);
}
