import { describe, expect, it } from "vitest";
import { ERROR_CODES, notesOf, WavecraftClient } from "../src/index.ts";
import { FakePlugin } from "./fake-plugin.ts";

function connected() {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  client.start();
  const played = () =>
    plugin.sent
      .filter(({ method }) => method === "noteOn" || method === "noteOff")
      .map(({ method, params }) => `${method} ${params.note} of ${params.channel}`);
  return { plugin, notes: notesOf(client), played };
}

describe("NotePlayer", () => {
  it("plays a note and knows that it is held", () => {
    const { plugin, notes, played } = connected();
    const holder = notes.holder();
    const heard: number[][] = [];
    notes.held(3).subscribe(() => heard.push([...notes.held(3).read()]));
    holder.noteOn(60, 0.5, 3);
    holder.noteOn(64, 1, 3);
    holder.noteOff(60, 3);
    holder.noteOff(60, 3);
    expect(played()).toEqual(["noteOn 60 of 3", "noteOn 64 of 3", "noteOff 60 of 3"]);
    expect(plugin.open("noteOn")[0]?.params.velocity).toBe(0.5);
    expect(heard).toEqual([[60], [60, 64], [64]]);
    expect([...notes.held().read()]).toEqual([]);
  });

  it("ends a note that several hold when the last lets go", () => {
    const { notes, played } = connected();
    const [one, other] = [notes.holder(), notes.holder()];
    one.noteOn(60, 1);
    other.noteOn(60, 1);
    one.noteOff(60);
    expect(played().at(-1)).toBe("noteOn 60 of 0");
    other.releaseAll();
    expect(played().at(-1)).toBe("noteOff 60 of 0");
    expect(notes.held().read().size).toBe(0);
  });

  it("lets go of all that one holder holds, and of nothing else", () => {
    const { notes, played } = connected();
    const [one, other] = [notes.holder(), notes.holder()];
    one.noteOn(60, 1);
    one.noteOn(61, 1, 2);
    other.noteOn(62, 1);
    one.releaseAll();
    one.releaseAll();
    expect(played().slice(3)).toEqual(["noteOff 60 of 0", "noteOff 61 of 2"]);
    expect([...notes.held().read()]).toEqual([62]);
  });

  it("holds nothing without a connection, nor after one is gone", () => {
    const { plugin, notes, played } = connected();
    const holder = notes.holder();
    holder.noteOn(60, 1);
    plugin.drop();
    expect(notes.held().read().size).toBe(0);
    holder.noteOn(64, 1);
    plugin.connect();
    holder.noteOff(60);
    holder.noteOff(64);
    expect(played()).toEqual(["noteOn 60 of 0"]);
    holder.noteOn(60, 1);
    expect([...notes.held().read()]).toEqual([60]);
  });

  it("does not show a note as held that the plugin refuses", () => {
    const { plugin, notes, played } = connected();
    const holder = notes.holder();
    holder.noteOn(60, 1);
    plugin.refuse("noteOn", ERROR_CODES.internalError);
    expect(notes.held().read().size).toBe(0);
    holder.noteOff(60);
    expect(played()).toEqual(["noteOn 60 of 0"]);
  });
});
