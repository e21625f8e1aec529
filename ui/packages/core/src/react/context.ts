import { createContext } from "react";
import type { WavecraftClient } from "../client.ts";

/** The client of the provider around; null without one. */
export const WavecraftContext = createContext<WavecraftClient | null>(null);
