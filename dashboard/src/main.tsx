import "./styles/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { loadMessages } from "./i18n";
import { detectLang, rememberLang } from "./i18n/lang";
import { recall } from "./lib/storage";

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) return;
  const lang = detectLang();
  if (recall("lang")) rememberLang(lang);
  const messages = await loadMessages(lang);
  createRoot(root).render(
    <StrictMode>
      <App lang={lang} messages={messages} />
    </StrictMode>,
  );
}

void start();
