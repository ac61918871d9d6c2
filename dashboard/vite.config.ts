import react from "@vitejs/plugin-react";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vitest/config";

const server = process.env["SIGNALBOX_URL"] ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    proxy: Object.fromEntries(["/api/", "/system/", "/reportData"].map((path) => [path, server])),
  },
  build: {
    target: "es2022",
    // The policy forbids data: and inline scripts, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  experimental: {
    // Chunks find each other relatively; only index.html holds absolute paths, which the server
    // can rewrite for a path prefix.
    renderBuiltUrl: (_file, { hostType }) =>
      hostType === "html" ? undefined : { relative: true },
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
  },
});
