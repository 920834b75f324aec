import { Announcer } from "./announcer.ts";
import { Chart } from "./chart.ts";
import { Composer } from "./composer.ts";
import { Drawer } from "./drawer.ts";
import { FileIntake } from "./file-intake.ts";
import { Headline } from "./headline.ts";
import { JoinForm } from "./join-form.ts";
import { listenToKeys } from "./keys.ts";
import { Me } from "./me.ts";
import { NameDialog } from "./name-dialog.ts";
import type { OpenRoom } from "./open-room.ts";
import { part } from "./part.ts";
import { PeopleList } from "./people-list.ts";
import { isRoomName, remember, rememberedName, rememberedRooms } from "./preferences.ts";
import { RoomList } from "./room-list.ts";
import { Session } from "./session.ts";
import { type Standing, standingOf } from "./standing.ts";
import { StatusBar } from "./status-bar.ts";
import { Timeline } from "./timeline.ts";
import { TokenDialog } from "./token-dialog.ts";
import { Tray } from "./tray.ts";
import { TypingLine } from "./typing-line.ts";

/** How often the rooms of others are asked for, while somebody looks. */
const LIST_MS = 10_000;

/** The page as a whole: it puts the parts together, and draws them once a frame when something has changed. */
export class Page {
  readonly #session: Session;
  readonly #announcer = new Announcer();
  readonly #roomList: RoomList;
  readonly #peopleList = new PeopleList();
  readonly #timeline: Timeline;
  readonly #typingLine = new TypingLine();
  readonly #composer: Composer;
  readonly #statusBar: StatusBar;
  readonly #nameDialog: NameDialog;
  readonly #joinForm: JoinForm;
  readonly #rooms = new Drawer("rooms", "(max-width: 44rem)");
  readonly #people = new Drawer("people", "(max-width: 64rem)");
  readonly #chart = new Chart();
  readonly #tray = new Tray();
  readonly #me: Me;
  readonly #headline: Headline;
  readonly #intake: FileIntake;
  readonly #tokenDialog: TokenDialog;
  #drawn: OpenRoom | undefined;
  #due = false;

  constructor(base: URL) {
    const changed = (): void => this.#changed();
    this.#session = new Session({
      base,
      changed,
      heard: (room, message) => this.#heard(room, message.sender.name, message.content),
      reset: ({ name }) => this.#announcer.warn(`${name} begins anew: the server no longer has what was shown.`),
    });
    this.#roomList = new RoomList({ open: (name) => this.#open(name), leave: (name) => this.#leave(name) });
    this.#joinForm = new JoinForm((name) => this.#open(name));
    this.#timeline = new Timeline({ base, changed, failed: (why) => this.#announcer.warn(why) });
    this.#composer = new Composer(() => this.#sent());
    this.#nameDialog = new NameDialog((name) => this.#begin(name));
    this.#tokenDialog = new TokenDialog((token) => this.#session.signIn(token));
    this.#statusBar = new StatusBar(this.#announcer, (deed) => this.#do(deed));
    this.#me = new Me(() => this.#nameDialog.ask(rememberedName()));
    this.#headline = new Headline(() => this.#toNewest());
    this.#intake = new FileIntake((files) => this.#send(files));
    this.#listen();
  }

  start(): undefined {
    const name = rememberedName();
    if (name === undefined) this.#nameDialog.ask(undefined);
    else this.#begin(name);
  }

  #begin(name: string): undefined {
    remember("name", name);
    const asked = hashRoom();
    const rooms = rememberedRooms();
    this.#session.begin(name, [...new Set([...rooms, ...(asked === undefined ? [] : [asked])])]);
    this.#open(this.#session.current?.name ?? asked ?? "lobby");
  }

  #open(name: string): undefined {
    this.#session.open(name);
    if (hashRoom() !== name) history.pushState(null, "", `#${name}`);
    this.#session.list();
    const isTouch = matchMedia("(pointer: coarse)").matches;
    this.#rooms.toggle(false);
    if (!isTouch) this.#composer.focus();
  }

  #leave(name: string): undefined {
    this.#session.leave(name);
    const { current } = this.#session;
    if (current !== undefined) this.#open(current.name);
  }

  #sent(): undefined {
    this.#session.current?.unread.clear();
    this.#changed();
  }

  #send(files: readonly File[]): undefined {
    const { destination, client } = this.#session;
    if (destination === undefined) return;
    for (const file of files) this.#tray.add(file, destination, client?.snapshot().limits?.fileBytes ?? 0);
  }

  #do(deed: NonNullable<Standing["deed"]>): undefined {
    if (deed === "join") this.#session.current?.room.join();
    else if (deed === "sign-in") this.#tokenDialog.ask();
    else this.#session.client?.reconnect();
  }

  #heard(room: OpenRoom, name: string, content = ""): undefined {
    if (room === this.#session.current) this.#announcer.message(name, content);
  }

  #listen(): undefined {
    const look = (): void => this.#changed();
    for (const type of ["focus", "blur", "pageshow"]) addEventListener(type, look);
    // A frame that was asked for does not come before the page is seen again.
    document.addEventListener("visibilitychange", () => this.#draw());
    addEventListener("hashchange", () => {
      const asked = hashRoom();
      if (asked !== undefined && asked !== this.#session.current?.name) this.#open(asked);
    });
    part("skip", HTMLElement).addEventListener("click", (event) => {
      event.preventDefault();
      this.#composer.focus();
    });
    for (const opener of document.querySelectorAll<HTMLElement>("[data-dialog]")) {
      opener.addEventListener("click", () => part(opener.dataset["dialog"] ?? "", HTMLDialogElement).showModal());
    }
    setInterval(() => (document.hidden ? undefined : this.#session.list()), LIST_MS);
    listenToKeys({
      room: (by) => this.#openBy(by),
      join: () => {
        this.#rooms.toggle(true);
        this.#joinForm.focus();
      },
      message: (by) => this.#timeline.move(by),
      escape: () => this.#escape(),
    });
  }

  #openBy(by: number): undefined {
    const names = this.#session.rooms.map(({ name }) => name);
    const at = names.indexOf(this.#session.current?.name ?? "");
    const next = names[(at + by + names.length) % names.length];
    if (next !== undefined) this.#open(next);
  }

  #escape(): undefined {
    if (this.#rooms.isOpen || this.#people.isOpen) {
      this.#rooms.toggle(false);
      return this.#people.toggle(false);
    }
    this.#toNewest();
  }

  #toNewest(): undefined {
    this.#session.current?.unread.clear();
    this.#timeline.anchor.toEnd();
    this.#composer.focus();
    this.#changed();
  }

  #changed(): undefined {
    if (this.#due) return;
    this.#due = true;
    // A hidden page has no frames, and still a title.
    if (document.hidden) setTimeout(() => this.#draw());
    else requestAnimationFrame(() => this.#draw());
  }

  #draw(): undefined {
    this.#due = false;
    const { client, current, rooms, me } = this.#session;
    if (client === undefined || current === undefined) return;
    const isLookedAt = !document.hidden && document.hasFocus() && current === this.#drawn;
    for (const room of rooms) {
      room.unread.look(room.state, isLookedAt && room === current && this.#timeline.anchor.atEnd);
      this.#session.keep(room);
    }
    // Where the end of another room is in view shows when it has been drawn.
    if (current !== this.#drawn) this.#changed();
    this.#drawn = current;
    const { limits, user } = client.snapshot();
    const { status, grants, values } = current.state;
    this.#roomList.show(this.#session);
    this.#peopleList.show(current.state, me);
    this.#timeline.show(current);
    this.#typingLine.show(current.typists.names);
    this.#composer.show(current, limits?.contentUnits);
    this.#statusBar.show(standingOf(client.snapshot(), current.state));
    this.#chart.show(values);
    this.#me.show(user, rememberedName() ?? "");
    this.#headline.show(current, rooms, this.#timeline.anchor.atEnd);
    const isWelcome = grants.includes("write") && grants.includes("upload") && limits !== undefined;
    this.#intake.show(status.type === "live" && isWelcome && limits.fileBytes > 0);
  }
}

/** The room that the address names. */
function hashRoom(): string | undefined {
  const name = location.hash.slice(1);
  return isRoomName(name) ? name : undefined;
}
