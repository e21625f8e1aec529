import { usePluginInfo, useWavecraft } from "@wavecraft/core/react";
import { useState } from "react";
import { copiedText, copyText } from "../control-menu/page-clipboard.ts";
import type { MenuGroup } from "../menu/menu.tsx";
import { MenuButton } from "../menu/menu-button.tsx";
import type { Note } from "../session/note.ts";
import { PageDialog } from "./page-dialog.tsx";
import { PageHelp } from "./page-help.tsx";
import { type PageSizes, usePageSize } from "./page-size.ts";
import { PasteState } from "./paste-state.tsx";
import { stateText } from "./state-text.ts";

/** What the page's menu takes. */
export type PageMenuProps = PageSizes & {
  /** Groups of the page's own, before the others. */
  groups?: readonly MenuGroup[];
};

/** What a dialogue of the menu is about. */
type Topic = "help" | "about" | "paste";

/**
 * The menu of the whole page: its size, all parameters at once (back to their defaults, copied and pasted as text), keys and
 * gestures, and what the plugin is.
 */
export function PageMenu({ groups = [], ...sizes }: PageMenuProps) {
  const { parameters } = useWavecraft();
  const plugin = usePluginInfo();
  const [topic, setTopic] = useState<Topic | null>(null);
  const [note, setNote] = useState<Note | null>(null);
  const [pasted, setPasted] = useState("");
  const size = usePageSize(sizes);
  // Its place is kept, so that what is beside it stays where it is.
  if (plugin === null) {
    return (
      <div className="wc-page-menu" style={{ visibility: "hidden" }}>
        <span className="wc-session-button">
          <MenuIcon />
        </span>
      </div>
    );
  }

  const copy = async () => {
    await copyText(stateText(plugin, parameters));
    setNote({ words: "All parameters are in the clipboard, as text.", isTrouble: false });
  };
  const paste = async () => {
    setPasted(await copiedText());
    setTopic("paste");
  };
  const close = () => setTopic(null);
  return (
    <div className="wc-page-menu">
      <MenuButton
        label="Menu"
        groups={[
          ...groups,
          { title: "Size", inRow: true, items: size },
          {
            items: [
              { label: "Reset all parameters", onSelect: () => parameters.resetAll() },
              { label: "Copy state as text", onSelect: () => void copy() },
              { label: "Paste state…", onSelect: () => void paste() },
            ],
          },
          {
            items: [
              { label: "Keys and gestures…", onSelect: () => setTopic("help") },
              { label: `About ${plugin.name}…`, onSelect: () => setTopic("about") },
            ],
          },
        ]}
      >
        <MenuIcon />
      </MenuButton>
      <p className="wc-page-note" role="status" key={note?.words} hidden={note === null}>
        {note?.words}
      </p>
      {topic === "help" && (
        <PageDialog title="Keys and gestures" onClose={close}>
          <PageHelp />
        </PageDialog>
      )}
      {topic === "about" && (
        <PageDialog title={plugin.name} onClose={close}>
          <p>{`Version ${plugin.version}, by ${plugin.vendor}.`}</p>
        </PageDialog>
      )}
      {topic === "paste" && (
        <PageDialog title="Paste state" onClose={close}>
          <PasteState text={pasted} onDone={close} />
        </PageDialog>
      )}
    </div>
  );
}

function MenuIcon() {
  return (
    <svg className="wc-session-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M2.500 4.500h11M2.500 8h11M2.500 11.500h11" />
    </svg>
  );
}
