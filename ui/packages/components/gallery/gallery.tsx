import { ControlGallery } from "./control-gallery.tsx";
import { KeyboardGallery } from "./keyboard-gallery.tsx";
import { MeterGallery } from "./meter-gallery.tsx";
import { NoticeGallery } from "./notice-gallery.tsx";
import { SessionGallery } from "./session-gallery.tsx";
import { SignalGallery } from "./signal-gallery.tsx";

/** Every component in every state, without a plugin. */
export function Gallery() {
  return (
    <>
      <h1>Wavecraft components</h1>
      <ControlGallery />
      <KeyboardGallery />
      <MeterGallery />
      <SignalGallery />
      <NoticeGallery />
      <SessionGallery />
    </>
  );
}
