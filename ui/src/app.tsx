import { ResizeCorner } from "@wavecraft/components";
import { useConnectionStatus, useParameter, usePluginInfo, useRequestResize } from "@wavecraft/core/react";
import { PLACED } from "./parameter-ids.ts";
import { DriveSection } from "./sections/drive-section.tsx";
import { FilterSection } from "./sections/filter-section.tsx";
import { Header } from "./sections/header.tsx";
import { InputSection } from "./sections/input-section.tsx";
import { MoreSection } from "./sections/more-section.tsx";
import { Notices } from "./sections/notices.tsx";
import { OutputSection } from "./sections/output-section.tsx";

/** The sizes between which the page is drawn to be right, in logical pixels. */
const SIZE_LIMITS = { minWidth: 640, minHeight: 400, maxWidth: 1600, maxHeight: 1000 };

/** The whole strip, read from left to right as the sound flows. */
export function App() {
  const connection = useConnectionStatus();
  const bypass = useParameter(PLACED.bypass);
  const plugin = usePluginInfo();
  const requestResize = useRequestResize();
  return (
    <main
      className="strip"
      data-connected={connection === "connected"}
      data-bypassed={bypass !== undefined && bypass.value >= 0.5}
    >
      <Header />
      <div className="sections" inert={connection !== "connected"}>
        <InputSection />
        <FilterSection />
        <DriveSection />
        <OutputSection />
      </div>
      <MoreSection />
      <Notices />
      {plugin !== null && plugin.host !== "devServer" && (
        <ResizeCorner {...SIZE_LIMITS} onResize={(width, height) => void requestResize(width, height)} />
      )}
    </main>
  );
}
