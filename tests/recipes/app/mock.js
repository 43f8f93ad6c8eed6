import {test as base} from '@playwright/test'

const admin = `http://localhost:${process.env.MOCKSERVER_PORT ?? 4011}/__admin/spaces`

// `mock` speaks for this worker's space, fresh for each test; the page is in that space.
export const test = base.extend({
  space: [async ({playwright}, use, worker) => {
    const name = `worker-${worker.workerIndex}`
    const api = await playwright.request.newContext()
    // It may be there from an earlier run; each test makes it as new.
    await api.post(admin, {data: {name}})
    await use({name, api})
    await api.dispose()
  }, {scope: 'worker'}],

  mock: [async ({space}, use) => {
    const call = (method, path, data) => send(space.api, method, `/${space.name}${path}`, data)
    await call('post', '/reset')
    const {users} = await call('get', '')
    await use({
      user: users.find(user => user.accountIds === 'all'),
      rows: async () => (await call('get', '/dataset')).conversations,
      addMessage: message => call('post', '/messages', message),
      advance: seconds => call('post', '/clock/advance', {seconds}),
      setFaults: rows => call('put', '/faults', rows),
      requests: async query => (await call('get', `/requests?${new URLSearchParams(query)}`)).requests,
    })
  }, {auto: true}],

  extraHTTPHeaders: async ({space}, use) => use({'X-Mock-Space': space.name}),
})

async function send(api, method, path, data) {
  const answer = await api[method](admin + path, {data, failOnStatusCode: true})
  const text = await answer.text()
  return text && JSON.parse(text)
}
