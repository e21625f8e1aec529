import { PluginPage, Switch } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { useParameter } from "@wavecraft/core/react";
import { OversamplingMenu } from "./menus/oversampling-menu.tsx";
import { DriveSection } from "./sections/drive-section.tsx";
import { FilterSection } from "./sections/filter-section.tsx";
import { InputSection } from "./sections/input-section.tsx";
import { OutputSection } from "./sections/output-section.tsx";
import { Wordmark } from "./sections/wordmark.tsx";

/** The sizes between which the page is drawn to be right, in logical pixels. */
const SIZE_LIMITS = { minWidth: 640, minHeight: 400, maxWidth: 1920, maxHeight: 1200 };

/** The window's size at 100 %, as `Window` in the plugin's `src/lib.rs` has it. */
const USUAL_SIZE = { width: 960, height: 600 };

/** What has a place of the page's own, in menus and on small switches. */
const PLACED = ["oversampling", "offline_oversampling", "drive_channels", "auto_gain", "delta"] as const;

/** The whole strip, read from left to right as the sound flows. */
export function App() {
  const bypass = useParameter("bypass");
  const delta = useParameter("delta");
  return (
    <PluginPage
      className="strip"
      title={<Wordmark />}
      aside={
        <>
          <OversamplingMenu />
          {bypass && <Switch control={bypass} tone="neutral" />}
        </>
      }
      placed={PLACED}
      usualSize={USUAL_SIZE}
      sizeLimits={SIZE_LIMITS}
      data-bypassed={isOn(bypass)}
      data-delta={isOn(delta)}
    >
      <InputSection />
      <FilterSection />
      <DriveSection />
      <OutputSection />
    </PluginPage>
  );
}

function isOn(parameter: Parameter | undefined): boolean {
  return parameter !== undefined && parameter.value >= 0.5;
}
