import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../src/style.css";
import "./gallery.css";
import { Gallery } from "./gallery.tsx";

const root = document.getElementById("gallery");
if (root === null) {
  throw new Error("The page has no element with the id “gallery”: index.html must contain it.");
}
createRoot(root).render(
  <StrictMode>
    <Gallery />
  </StrictMode>,
);
