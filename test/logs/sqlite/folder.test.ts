import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { appended, draft } from "../drafts.ts";
import { opened, temporaryFolder } from "./opened.ts";

describe("the folder of a durable log", () => {
  it("is made for its owner alone, with what is in it", async () => {
    const folder = `${temporaryFolder()}/deep/data`;
    const { log } = await opened({ folder });
    await appended(log, draft("a", "1"));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of ["greenroom.sqlite", "greenroom.sqlite-wal", "lock", "mark.json", "commits"]) {
      expect(statSync(`${folder}/${file}`).mode & 0o077, file).toBe(0);
    }
  });

  it("is one store's at a time", async () => {
    const { folder, close } = await opened();
    await expect(opened({ folder })).rejects.toThrow(/^Cannot use the folder .*: another server uses it$/);
    await close();
    await (await opened({ folder })).close();
  });

  it("is refused in one line where it cannot be one", async () => {
    const file = `${temporaryFolder()}/file`;
    writeFileSync(file, "");
    await expect(opened({ folder: file })).rejects.toThrow(/^Cannot use the folder .*: it cannot be written$/);
    await expect(opened({ folder: `${file}/data` })).rejects.toThrow(
      /^Cannot use the folder .*: it cannot be written$/,
    );
  });

  it("is refused where a newer version or another program has made its database", async () => {
    const { folder, close } = await opened();
    await close();
    const change = (sql: string): void => {
      const db = new DatabaseSync(`${folder}/greenroom.sqlite`);
      db.exec(sql);
      db.close();
    };
    change("PRAGMA user_version = 99");
    await expect(opened({ folder })).rejects.toThrow(
      /^Cannot use the folder .*: its database has version 99, and [^\n]*$/,
    );
    change("PRAGMA user_version = 1");
    await (await opened({ folder })).close();
    change("PRAGMA application_id = 7");
    await expect(opened({ folder })).rejects.toThrow(/: its database is another program's$/);
    writeFileSync(`${folder}/greenroom.sqlite`, "this is no database ".repeat(1_000));
    await expect(opened({ folder })).rejects.toThrow(/^Cannot use the folder [^\n]*not a database$/);
  });

  it("takes an old database of the first version as it is", async () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o700);
    const first = await opened({ folder });
    await first.records.put("k", 1);
    await first.close();
    const { records } = await opened({ folder });
    expect((await records.get("k"))?.value).toBe(1);
  });
});

describe("records on SQLite", () => {
  it("keep their versions, their values and when they end through a restart", async () => {
    const first = await opened();
    const put = await first.records.put("a", { x: 1 }, { ttlMs: 5_000 });
    await first.records.put("b", 2);
    const gone = await first.records.delete("b");
    await first.close();
    const { records, clock } = await opened({ folder: first.folder });
    expect(await records.get("a")).toMatchObject({ value: { x: 1 }, version: put.type === "done" && put.version });
    const again = await records.put("b", 3, { expected: 0 });
    expect(again.type === "done" && gone.type === "done" && again.version > gone.version).toBe(true);
    const changes: string[] = [];
    records.watch("", ({ key, stored }) => changes.push(`${key} ${stored === undefined ? "ended" : "put"}`));
    for (let second = 0; second < 12; second += 1) {
      clock.moveTo(clock.now() + 500);
      await records.delete("none such");
    }
    expect(changes).toEqual(["a ended"]);
    expect(await records.get("a")).toBeUndefined();
  });
});
