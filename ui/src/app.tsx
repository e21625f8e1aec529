import { PluginPage, Switch } from "@wavecraft/components";
import { useParameter } from "@wavecraft/core/react";
import { DriveSection } from "./sections/drive-section.tsx";
import { FilterSection } from "./sections/filter-section.tsx";
import { InputSection } from "./sections/input-section.tsx";
import { OutputSection } from "./sections/output-section.tsx";
import { Wordmark } from "./sections/wordmark.tsx";

/** The sizes between which the page is drawn to be right, in logical pixels. */
const SIZE_LIMITS = { minWidth: 640, minHeight: 400, maxWidth: 1600, maxHeight: 1000 };

/** The window's size at 100 %. */
const USUAL_SIZE = { width: 960, height: 600 };

/** The whole strip, read from left to right as the sound flows. */
export function App() {
  const bypass = useParameter("bypass");
  return (
    <PluginPage
      className="strip"
      title={<Wordmark />}
      aside={bypass && <Switch control={bypass} tone="neutral" />}
      sizeLimits={SIZE_LIMITS}
      usualSize={USUAL_SIZE}
      data-bypassed={bypass !== undefined && bypass.value >= 0.5}
    >
      <InputSection />
      <FilterSection />
      <DriveSection />
      <OutputSection />
    </PluginPage>
  );
}
