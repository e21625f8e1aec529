import { MenuButton, SteadyText } from "@wavecraft/components";
import { useParameter } from "@wavecraft/core/react";
import { choices } from "./choices.ts";

/** What the drive stage takes for its two channels. */
export function ChannelsMenu() {
  const channels = useParameter("drive_channels");
  if (channels === undefined) return null;
  return (
    <MenuButton
      label={`${channels.info.name}, now ${channels.text}`}
      className="menu-choice"
      data-parameter={channels.info.id}
      groups={[choices(channels)]}
    >
      <SteadyText among={channels.info.variants ?? []}>{channels.text}</SteadyText>
    </MenuButton>
  );
}
