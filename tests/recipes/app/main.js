const POLL_MS = 2000
const $ = id => document.getElementById(id)
let rows = new Map()
let newest = ''

async function call(path, options = {}) {
  const headers = {Accept: 'application/json', ...options.headers}
  const answer = await fetch(path, {...options, headers})
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`)
  return answer.json()
}

// Ask for everything once, then for what is later than the newest row seen.
async function poll() {
  const query = new URLSearchParams()
  if ($('account').value) query.set('accountIds', $('account').value)
  if (newest) query.set('afterDate', newest)
  try {
    const {conversations} = await call(`/conversations?${query}`)
    for (const row of conversations) {
      rows.set(row.id, row)
      if (row.mostRecentMessage.date > newest) newest = row.mostRecentMessage.date
    }
    $('state').textContent = `${rows.size} conversations`
  } catch (error) {
    $('state').textContent = error.message
  }
  const sorted = [...rows.values()].map(row => row.mostRecentMessage)
    .sort((a, b) => a.date < b.date ? 1 : -1)
  $('list').replaceChildren(...sorted.map(message => {
    const item = document.createElement('li')
    item.textContent = `${message.otherAddress}: ${message.text ?? ''}`
    return item
  }))
}

$('sign-in').onsubmit = async event => {
  event.preventDefault()
  try {
    await call('/auth/credentials', {method: 'POST', body: new URLSearchParams(new FormData(event.target))})
    await poll()
    setInterval(poll, POLL_MS)
  } catch (error) {
    $('state').textContent = error.message
  }
}
$('account').onchange = () => {
  rows = new Map()
  newest = ''
  poll()
}
