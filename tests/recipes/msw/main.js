import {startWorker} from './worker.js'

await startWorker()

const body = new URLSearchParams({userName: 'ada', password: 'fdTQrKNXqvbJjMt7'})
await fetch('/auth/credentials', {method: 'POST', body})
const {conversations} = await (await fetch('/conversations.json')).json()
const {degrees} = await (await fetch('/weather')).json()
document.getElementById('state').textContent = `${conversations.length} conversations, ${degrees}°`
