// Four pages, one build. What they share comes out as shared chunks under /assets, every name
// with its content's hash. Nothing is inlined: the pages are served with a content security
// policy that allows no inline script and no inline style.

import { defineConfig } from "vitest/config";

const pages = ["join", "console", "portal", "ops"] as const;

export default defineConfig({
  base: "/",
  appType: "mpa",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome111", "edge111", "firefox114", "safari16.4"],
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, `${page}/index.html`])),
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts", "src/**/*.test.tsx", "test/**/*.test.ts"],
    passWithNoTests: false,
    allowOnly: false,
  },
});
