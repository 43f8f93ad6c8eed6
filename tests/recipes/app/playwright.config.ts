import {defineConfig} from '@playwright/test'

const mock = `http://localhost:${process.env.MOCKSERVER_PORT ?? 4011}`
const app = `http://localhost:${process.env.PORT ?? 5173}`

export default defineConfig({
  testMatch: '*.spec.ts',
  fullyParallel: true,
  workers: 4,
  reporter: 'line',
  use: {
    baseURL: app,
    // Unset, it is the browser that `npx playwright install chromium` brings.
    launchOptions: {executablePath: process.env.CHROMIUM},
  },
  webServer: [
    {command: 'mockserver serve --for browser --quiet', url: `${mock}/healthz`, reuseExistingServer: true},
    {command: 'npx vite', url: app, reuseExistingServer: true},
  ],
})
