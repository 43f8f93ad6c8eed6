import {test as base} from '@playwright/test'
import createClient from 'openapi-fetch'
import type {components, operations, paths} from './admin'

type Schemas = components['schemas']
const port = process.env.MOCKSERVER_PORT ?? 4011
const admin = createClient<paths>({baseUrl: `http://localhost:${port}/__admin`})

// Speak for one space of the mock.
function speakFor(space: string, user: Schemas['User']) {
  const params = {path: {space}}
  return {
    user,
    rows: async () => {
      const found = await must(admin.GET('/spaces/{space}/dataset', {params}))
      return 'digest' in found ? [] : found.conversations
    },
    addMessage: (body: Schemas['NewMessage']) =>
      must(admin.POST('/spaces/{space}/messages', {params, body})),
    advance: (seconds: number) =>
      must(admin.POST('/spaces/{space}/clock/advance', {params, body: {seconds}})),
    setFaults: (body: Schemas['FaultsOrPresets']) =>
      must(admin.PUT('/spaces/{space}/faults', {params, body})),
    requests: async (query: operations['listRequests']['parameters']['query']) => {
      const found = await must(admin.GET('/spaces/{space}/requests', {params: {...params, query}}))
      return found.requests
    },
  }
}

// Return what was answered; a refusal fails the test and says why.
async function must<T>(asked: Promise<{data?: T, error?: {detail: string}}>): Promise<T> {
  const {data, error} = await asked
  if (data === undefined) throw new Error(error?.detail ?? 'no answer')
  return data
}

// `mock` speaks for this worker's space, fresh for each test; the page is in that space.
export const test = base.extend<{mock: ReturnType<typeof speakFor>}, {space: string}>({
  space: [async ({}, use, worker) => {
    const name = `worker-${worker.workerIndex}`
    // It may be there from an earlier run; each test makes it as new. Its clock stands still, so
    // that nothing arrives but what a test sends.
    await admin.POST('/spaces', {body: {name, now: new Date().toISOString()}})
    await use(name)
  }, {scope: 'worker'}],

  mock: [async ({space}, use) => {
    const params = {path: {space}}
    await must(admin.POST('/spaces/{space}/reset', {params}))
    // At a 401 that names `basic`, fetch would wait for the browser's password dialog.
    const body = {'provider-order': 'credentials'} as const
    await must(admin.PUT('/spaces/{space}/profile', {params, body}))
    const {users} = await must(admin.GET('/spaces/{space}', {params}))
    await use(speakFor(space, users.find(user => user.accountIds === 'all')!))
  }, {auto: true}],

  extraHTTPHeaders: async ({space}, use) => use({'X-Mock-Space': space}),
})
