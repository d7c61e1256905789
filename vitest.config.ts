import { defineConfig } from "vitest/config";

// Everything from `scoring` down, and the lab with its workers replaced, runs under Node: no browser, no Python.
export default defineConfig({
  test: {
    environment: "node",
    include: ["src/**/*.test.ts", "cli/**/*.test.ts", "fuzz/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
