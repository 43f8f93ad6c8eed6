import {setupWorker} from 'msw/browser'
import {handlers} from './handlers.js'

// `npx msw init public` writes the worker's script. In Storybook `preview.js` gives this function to
// msw-storybook-addon, `loaders: [mswLoader(startWorker)]`, and `main.js` takes the proxy over:
// `viteFinal: config => ({...config, server: {...config.server, proxy: viteConfig.server.proxy}})`.
export async function startWorker() {
  const worker = setupWorker(...handlers)
  await worker.start({onUnhandledRequest: 'bypass'})
  return worker
}
