import { Hono } from "hono";
import type { House } from "../actors/connection/mod.ts";
import type { Files } from "../actors/files/mod.ts";
import { isGuestName, isRoomName, paths } from "../actors/wire/mod.ts";
import type { Admission } from "./admission.ts";
import { download } from "./file-download.ts";
import { fileRefusal } from "./file-refusal.ts";
import { upload } from "./file-upload.ts";
import { MessageRates } from "./message-rates.ts";
import type { Occupancy } from "./occupancy.ts";

/** What the routes of files are made of. */
export interface FileRoutesOptions {
  readonly files: Files;
  /** What the URLs of files begin with. */
  readonly filesUrl: string;
  readonly house: House;
  readonly admission: Admission;
  readonly occupancy: Occupancy;
}

/** The routes of files: `POST /api/rooms/:room/files`, and `GET` and `HEAD /files/:id`. */
export function fileRoutes({ files, filesUrl, house, admission, occupancy }: FileRoutesOptions): Hono {
  const { limits, rooms, revoked } = house;
  const { clock } = house.system.ports;
  const rates = new MessageRates(house);
  return new Hono()
    .post(paths.roomFiles, async (c) => {
      const refusal = occupancy.refusal();
      if (refusal !== undefined) return refusal;
      const room = c.req.param("room");
      const name = c.req.query("name");
      if (!isRoomName(room)) return fileRefusal({ code: "bad_command", message: "Cannot upload here: no room's name" });
      if (name !== undefined && !isGuestName(name)) {
        return fileRefusal({ code: "bad_command", message: "Cannot take this name: it is none" });
      }
      const admitted = await admission.admit(c, { name });
      if (!admitted.ok) return admitted.refusal;
      return upload(c, { room, ...admitted }, { files, filesUrl, rooms, limits, clock, rates, revoked });
    })
    .get(`${paths.files}/:id`, (c) => download(c, c.req.param("id"), { files, clock, idleMs: limits.uploadIdleMs }));
}
