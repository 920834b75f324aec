import type { Ledger } from "./ledger.ts";
import type { SdkClient } from "./sdk-client.ts";
import type { SdkView } from "./sdk-view.ts";
import type { SimulatedStore } from "./store.ts";

/** Who is asked once all is quiet. */
export interface SdkAuditOptions {
  readonly clients: readonly SdkClient[];
  readonly ledger: Ledger;
  readonly store: SimulatedStore;
}

/** Looks whether all is right once there have been no faults for long: everybody live, at the end of the log, nothing owed. */
export async function sdkAudit({ clients, ledger, store }: SdkAuditOptions): Promise<undefined> {
  for (const client of clients) {
    const { name } = client;
    const { status } = client.client.snapshot();
    if (status.type !== "live") ledger.fail("stuck", name, `is ${JSON.stringify(status)}`);
    for (const view of client.views.values()) {
      const fail = (kind: "stuck" | "lost" | "presence", text: string): undefined =>
        ledger.fail(kind, name, `${view.room.name}: ${text}`);
      auditRoom(view, fail);
      auditPresence({ view, clients }, fail);
      const head = await store.head(view.room.name);
      const { epoch, seq } = view.room.snapshot();
      if (epoch !== head.epoch || seq !== head.seq) {
        fail("lost", `stands at ${epoch}/${seq}, and the log at ${head.epoch}/${head.seq}`);
      }
    }
  }
  for (const { content, outcome, user } of ledger.publishes) {
    if (outcome === "open") ledger.fail("stuck", user, `${content.slice(0, 14)} has come to nothing`);
  }
  ledger.settle((room) => store.kept(room));
}

function auditRoom(view: SdkView, fail: (kind: "stuck", text: string) => undefined): undefined {
  view.check();
  const { status, messages } = view.room.snapshot();
  if (status.type !== "live") fail("stuck", `is ${status.type}`);
  const open = messages.filter(({ state }) => state !== "sent");
  if (open.length > 0) fail("stuck", `${open.length} are not sent`);
}

/** Every member sees the same members, whichever nodes they are on. */
function auditPresence(
  { view, clients }: { readonly view: SdkView; readonly clients: readonly SdkClient[] },
  fail: (kind: "presence", text: string) => undefined,
): undefined {
  const { name } = view.room;
  const { members, count, partial } = view.room.snapshot();
  const there = clients.filter(({ views }) => views.has(name));
  const truth = [...new Set(there.map(({ user }) => user))].sort().join(" ");
  const seen = [...new Set(members.map(({ id }) => id))].sort().join(" ");
  const size = new Set(there.map(({ user }) => user)).size;
  if (count !== size) return fail("presence", `counts ${count}, and ${size} are there`);
  if (!partial && seen !== truth) return fail("presence", `sees ${seen}, and ${truth} are there`);
}
