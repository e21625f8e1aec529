import {
  useAllParameters,
  useAudioStatus,
  useConnectionStatus,
  useControllers,
  usePluginInfo,
  useRequestResize,
} from "@wavecraft/core/react";
import { type ComponentProps, type ReactNode, useState } from "react";
import { LearningContext } from "../control/control-element.ts";
import { ControlMenu } from "../control-menu/control-menu.tsx";
import { HoverLine } from "../hover/hover-line.tsx";
import type { MenuGroup } from "../menu/menu.tsx";
import { AudioStatusBadge } from "../notice/audio-status-badge.tsx";
import { ConnectionBadge } from "../notice/connection-badge.tsx";
import { Notices } from "../notice/notices.tsx";
import { ShownParameters, ShownParametersContext } from "../parameter/shown-parameters.ts";
import { UnplacedParameters, type UnplacedParametersProps } from "../parameter/unplaced-parameters.tsx";
import { SessionBar } from "../session/session-bar.tsx";
import { ResizeCorner } from "../window/resize-corner.tsx";
import type { SizeLimits, WindowSize } from "../window/window-size.ts";
import { PageMenu } from "./page-menu.tsx";
import { useViewportUnits } from "./use-viewport-units.ts";

/** What a plugin's page takes: the following, and whatever goes on its element. */
export type PluginPageProps = Omit<ComponentProps<"main">, "title"> & {
  /** The plugin's name, at the upper left. */
  title: ReactNode;
  /** Controls at the upper right, such as the bypass. */
  aside?: ReactNode;
  /** How small and large the user may drag the window, in logical pixels: 400 x 300 to 1,600 x 1,000 unless told. */
  sizeLimits?: SizeLimits;
  /** The size of the window at 100 %, in logical pixels: 640 x 400 unless told. The page's menu has others. */
  usualSize?: WindowSize;
  /** Groups of the page's own in its menu, before the others. */
  menu?: readonly MenuGroup[];
  /** Parameters that have a place although no control has shown them yet, such as those behind a tab. */
  placed?: UnplacedParametersProps["placed"];
};

const USUAL_SIZE: WindowSize = { width: 640, height: 400 };
const USUAL_LIMITS: SizeLimits = { minWidth: 400, minHeight: 300, maxWidth: 1600, maxHeight: 1000 };

/**
 * The frame of a plugin's page: its name, undo, slots, presets and how things stand at the top, the panels below, then the parameters that
 * have no place of their own. It shows whether the plugin is reached and what a build has come to, and has a corner by
 * which the user changes the window's size where there is one to change.
 */
export function PluginPage({
  title,
  aside,
  sizeLimits = USUAL_LIMITS,
  usualSize = USUAL_SIZE,
  menu = [],
  placed,
  className,
  children,
  ...rest
}: PluginPageProps) {
  const isConnected = useConnectionStatus() === "connected";
  const plugin = usePluginInfo();
  const requestResize = useRequestResize();
  useViewportUnits();
  return (
    <PageContexts>
      <main
        {...rest}
        style={{ minInlineSize: sizeLimits.minWidth, minBlockSize: sizeLimits.minHeight, ...rest.style }}
        className={className === undefined ? "wc-page" : `wc-page ${className}`}
        data-connected={isConnected}
      >
        <header className="wc-page-header">
          <h1 className="wc-page-title">{title}</h1>
          <PageState>{aside}</PageState>
          <PageMenu groups={menu} usualSize={usualSize} sizeLimits={sizeLimits} />
        </header>
        <div className="wc-page-body" inert={!isConnected}>
          {children}
        </div>
        <UnplacedParameters {...(placed !== undefined && { placed })} />
        <HoverLine />
        <Notices />
        <ControlMenu />
        {plugin !== null && plugin.host !== "devServer" && (
          <ResizeCorner {...sizeLimits} onResize={(width, height) => void requestResize(width, height)} />
        )}
      </main>
    </PageContexts>
  );
}

/** What controls find around them. */
function PageContexts({ children }: { children: ReactNode }) {
  const [shown] = useState(() => new ShownParameters());
  const learning = useControllers().state?.learning ?? null;
  return (
    <ShownParametersContext value={shown}>
      <LearningContext value={learning}>{children}</LearningContext>
    </ShownParametersContext>
  );
}

/** Undo, slots and presets at its left; at its right how things stand, and what the page puts there. */
function PageState({ children }: { children: ReactNode }) {
  const connection = useConnectionStatus();
  const audioStatus = useAudioStatus();
  // A DAW shows how its audio is doing itself, and the standalone says it on the terminal.
  const isInDevelopment = usePluginInfo()?.host === "devServer";
  // The badge would be moved by controls that appear when the parameters arrive.
  const isLoading = useAllParameters().status === "loading";
  return (
    <div className="wc-page-state">
      <SessionBar />
      {connection === "connected" && !isLoading && isInDevelopment && (
        <AudioStatusBadge status={audioStatus} />
      )}
      {connection !== "connected" && <ConnectionBadge status={connection} />}
      {children}
    </div>
  );
}
