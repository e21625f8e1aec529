import type { ControllersState, ParameterId } from "@wavecraft/core";
import { useControllers, useHostMenu, useParameter, useValueText } from "@wavecraft/core/react";
import { useEffect, useRef, useState } from "react";
import { type FoundControl, useShown } from "../control/control-element.ts";
import { ValueField } from "../control/value-text.tsx";
import { Menu, type MenuGroup, useCloseBeside, usePlace } from "../menu/menu.tsx";
import { copiedText, copyText } from "./page-clipboard.ts";
import { type MenuPlace, useMenuRequests } from "./use-menu-requests.ts";

/** What is open, of which control, and where. */
type Open = FoundControl & {
  place: MenuPlace;
  /** Whether a value is being typed rather than something chosen. */
  isTyping?: boolean;
  /** A text that was pasted, and that the plugin cannot read. */
  refused?: string;
};

/**
 * The menu of every control on the page: type a value, back to the default, copy, paste, MIDI controllers where the host ties
 * them, and the host's own menu where it has one. It opens by the right button, a finger that rests on a control, the Menu key
 * or Shift+F10. `PluginPage` has one; a page with a frame of its own puts one anywhere below its provider.
 */
export function ControlMenu() {
  const [open, setOpen] = useState<Open | null>(null);
  useMenuRequests((control, place) => setOpen({ ...control, place }));
  const close = () => setOpen(null);
  return (
    <>
      {open !== null && !open.isTyping && <OpenMenu open={open} onOpen={setOpen} onClose={close} />}
      {open?.isTyping && <ValueEditor open={open} onClose={close} />}
      <Learning />
    </>
  );
}

type OpenMenuProps = { open: Open; onOpen(open: Open): void; onClose(): void };

function OpenMenu({ open, onOpen, onClose }: OpenMenuProps) {
  const { id, place, element } = open;
  const parameter = useShown(open);
  const defaultText = useValueText(parameter?.info, parameter?.info.default ?? 0);
  const { state, learn, stopLearning, forget } = useControllers();
  const openHostMenu = useHostMenu();
  if (parameter === undefined) return null;

  const { name } = parameter.info;
  const paste = async () => {
    const text = (await copiedText()).trim();
    if (!(await parameter.enter(text).catch(() => false))) onOpen({ ...open, isTyping: true, refused: text });
  };
  const groups: MenuGroup[] = [
    {
      items: [
        { label: "Type a value…", onSelect: () => onOpen({ ...open, isTyping: true }) },
        {
          label: "Reset to default",
          ...(defaultText !== undefined && { detail: defaultText }),
          onSelect: () => parameter.reset(),
        },
        { label: "Copy value", detail: parameter.text, onSelect: () => void copyText(parameter.text) },
        { label: "Paste value", onSelect: () => void paste() },
      ],
    },
  ];
  if (state !== null) {
    const items =
      state.learning === id
        ? [{ label: "Stop learning", onSelect: stopLearning }]
        : [{ label: "Learn MIDI controller", onSelect: () => learn(id) }];
    const tied = controllerOf(state, id);
    if (tied !== undefined) items.push({ label: `Forget controller ${tied}`, onSelect: () => forget(id) });
    groups.push({ items });
  }
  if (openHostMenu !== null) {
    groups.push({
      items: [{ label: "Host’s menu", onSelect: () => void openHostMenu(id, place.x, place.y) }],
    });
  }
  const opener = {
    current: element.tabIndex < 0 ? element.querySelector<HTMLElement>("[tabindex='0']") : element,
  };
  return (
    <div>
      <Menu
        key={`${id} ${place.x} ${place.y}`}
        label={name}
        groups={[{ title: name, items: [] }, ...groups]}
        at={place}
        opener={opener}
        onClose={onClose}
      />
    </div>
  );
}

/** The number of the controller that moves a parameter, if one does. */
export function controllerOf(state: ControllersState, id: string): number | undefined {
  return state.controllers.find((tied) => tied.id === id)?.controller;
}

/** A field for a value, where the menu was. */
function ValueEditor({ open, onClose }: { open: Open; onClose(): void }) {
  const editor = useRef<HTMLDivElement>(null);
  const parameter = useShown(open);
  usePlace(editor, open.place);
  useCloseBeside(editor, () => editor.current?.querySelector("input")?.blur());
  if (parameter === undefined) return null;
  const { name } = parameter.info;
  return (
    <div>
      <div ref={editor} className="wc-menu wc-value-editor" role="dialog" aria-label={name} data-placed>
        <div className="wc-menu-title">{name}</div>
        <div className="wc-value">
          <ValueField
            control={parameter}
            label={name}
            {...(open.refused !== undefined && { refused: open.refused })}
            onTyping={onClose}
            onDone={() => open.element.focus({ preventScroll: true })}
          />
        </div>
      </div>
    </div>
  );
}

/** Says which parameter waits for a controller, and stops it with Escape. */
function Learning() {
  const { state, stopLearning } = useControllers();
  const id = state?.learning ?? null;
  const name = useParameter((id ?? "") as ParameterId)?.info.name ?? id;
  useEffect(() => {
    if (id === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      stopLearning();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [id, stopLearning]);
  return (
    <p className="wc-visually-hidden" role="status">
      {id !== null && wordsOfLearning(String(name))}
    </p>
  );
}

/** What the user is to do while a parameter waits for a controller. */
export function wordsOfLearning(name: string): string {
  return `Move a MIDI controller to tie it to ${name}. Escape stops.`;
}
