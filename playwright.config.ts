import { defineConfig, devices } from "@playwright/test";
import { CHROMIUM_ARGS, ensureChromium, webgpuArgs } from "./cli/browser.ts";

// What a person does, in a real browser, on the built page. WebGPU is the software adapter: right, and slow.
const PORT = 4199;
const executablePath = ensureChromium();

export default defineConfig({
  testDir: "e2e",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    ...devices["Desktop Chrome"],
    // Each test has a browser of its own, which would keep the whole site first; offline.spec.ts allows it.
    serviceWorkers: "block",
    launchOptions: { executablePath, args: [...CHROMIUM_ARGS] },
  },
  projects: [
    { name: "page", testIgnore: "**/webgpu.spec.ts" },
    {
      name: "webgpu",
      testMatch: "**/webgpu.spec.ts",
      use: { launchOptions: { executablePath, args: [...CHROMIUM_ARGS, ...webgpuArgs(true)] } },
    },
  ],
  webServer: {
    command: "npx tsx cli/serve.ts",
    env: { PORT: String(PORT) },
    url: `http://127.0.0.1:${PORT}/`,
    timeout: 120_000,
    reuseExistingServer: false,
  },
});
