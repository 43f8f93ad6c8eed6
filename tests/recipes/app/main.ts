import createClient from 'openapi-fetch'
import type {components, paths} from './api'

const POLL_MS = 2000
// Without the header the answer is a page for people.
const api = createClient<paths, 'application/json'>({headers: {Accept: 'application/json'}})
const form = document.querySelector<HTMLFormElement>('#sign-in')!
const account = document.querySelector<HTMLInputElement>('#account')!
const state = document.querySelector('#state')!
const list = document.querySelector('#list')!
let messages = new Map<string, components['schemas']['MessageInfo']>()
let newest = ''

// Ask for everything once, then for what is later than the newest message seen.
async function poll() {
  const {data, response} = await api.GET('/conversations', {params: {query: {
    ...(account.value && {accountIds: [account.value]}),
    ...(newest && {afterDate: newest}),
  }}})
  for (const {id, mostRecentMessage} of data?.conversations ?? []) {
    if (!id || !mostRecentMessage) continue
    messages.set(id, mostRecentMessage)
    if ((mostRecentMessage.date ?? '') > newest) newest = mostRecentMessage.date ?? ''
  }
  state.textContent = data ? `${messages.size} conversations` : `${response.status} ${response.statusText}`
  const sorted = [...messages.values()].sort((a, b) => (a.date ?? '') < (b.date ?? '') ? 1 : -1)
  list.replaceChildren(...sorted.map(message => {
    const item = document.createElement('li')
    item.textContent = `${message.otherAddress}: ${message.text ?? ''}`
    return item
  }))
}

form.onsubmit = async event => {
  event.preventDefault()
  const data = new FormData(form)
  const body = {userName: String(data.get('userName')), password: String(data.get('password'))}
  const {error} = await api.POST('/auth/credentials', {body})
  if (error) {
    state.textContent = error.responseStatus?.message ?? 'no answer'
    return
  }
  await poll()
  setInterval(poll, POLL_MS)
}
account.onchange = () => {
  messages = new Map()
  newest = ''
  void poll()
}
