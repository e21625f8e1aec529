/** What a transport wants to know of the page that it is in. */
export type PagePresence = {
  /** Whether nobody sees the page; its timers are late then. */
  isHidden(): boolean;
  /** Calls `listener` when the page is seen again, or its network is back, until the returned function is called. */
  onReturn(listener: () => void): () => void;
};

/** The page that this runs in. Without a DOM it is always seen and never returns. */
export const browserPage: PagePresence = {
  isHidden: () => typeof document !== "undefined" && document.visibilityState === "hidden",

  onReturn(listener) {
    const attached: (() => void)[] = [];
    if (typeof document !== "undefined") {
      const onVisibility = () => {
        if (document.visibilityState === "visible") listener();
      };
      document.addEventListener("visibilitychange", onVisibility);
      attached.push(() => document.removeEventListener("visibilitychange", onVisibility));
    }
    if (typeof window !== "undefined") {
      const onOnline = () => listener();
      window.addEventListener("online", onOnline);
      attached.push(() => window.removeEventListener("online", onOnline));
    }
    return () => {
      for (const detach of attached.splice(0)) detach();
    };
  },
};
