import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {setupServer} from 'msw/node'
import {handlers} from './handlers.js'

const mock = `http://localhost:${process.env.MOCKSERVER_PORT ?? 4011}`
const headers = {Accept: 'application/json', Authorization: `Basic ${btoa('ada:fdTQrKNXqvbJjMt7')}`}
const server = setupServer(...handlers)

before(() => server.listen({onUnhandledRequest: 'error'}))
after(() => server.close())

test('the mock server answers for the API', async () => {
  const answer = await fetch(`${mock}/conversations`, {headers})

  assert.equal((await answer.json()).conversations.length, 500)
})

test('the mock server is changed by its admin API', async () => {
  const faults = `${mock}/__admin/spaces/default/faults`
  const change = body => fetch(faults, {
    method: 'PUT',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  })

  await change(['outage'])
  const broken = await fetch(`${mock}/conversations`, {headers})
  await change([])

  assert.equal(broken.status, 503)
})

test('MSW answers for another service', async () => {
  const answer = await fetch('https://weather.example/weather')

  assert.deepEqual(await answer.json(), {degrees: 21})
})
