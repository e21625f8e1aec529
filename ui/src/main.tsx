import { mountPage } from "@wavecraft/core/react";
import { App } from "./app.tsx";
import "@wavecraft/components/style.css";
import "./style/index.css";

mountPage(<App />, { font: '1rem "Archivo"' });
