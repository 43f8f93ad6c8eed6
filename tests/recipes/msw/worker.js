import {setupWorker} from 'msw/browser'
import {handlers} from './handlers.js'

// `npx msw init public` writes the worker's script. Storybook's `preview.js` gives this function to
// msw-storybook-addon: `addons: [addonMsw(startWorker)]`.
export async function startWorker() {
  const worker = setupWorker(...handlers)
  await worker.start({onUnhandledRequest: 'bypass'})
  return worker
}
