// Ask a running mock by openapi-fetch, with the types that openapi-typescript makes of its contract.
import createClient from 'openapi-fetch'
import type {components, paths} from './api'

type Conversation = components['schemas']['ConversationInfo']

declare const process: {argv: string[]}
const plan: {
  url: string, userName: string, password: string, account: string, several: string[], after: string
} = JSON.parse(process.argv[2] ?? '{}')

// Without the header the answer is a page for people.
const client = createClient<paths, 'application/json'>({
  baseUrl: plan.url,
  headers: {Accept: 'application/json'},
})
const ids = (rows: Conversation[] = []) => rows.map(row => row.id)

const stranger = await client.GET('/conversations')
const refused = await client.POST('/auth/credentials', {
  body: {userName: plan.userName, password: 'no such password'},
})
const signedIn = await client.POST('/auth/credentials', {
  body: {userName: plan.userName, password: plan.password},
})
// A browser keeps cookies itself.
const cookies = signedIn.response.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
client.use({onRequest: ({request}) => { request.headers.set('Cookie', cookies) }})

const list = async (query: NonNullable<paths['/conversations']['get']['parameters']['query']>) =>
  ids((await client.GET('/conversations', {params: {query}})).data?.conversations)
const badDate = await client.GET('/conversations', {params: {query: {afterDate: 'no date'}}})

console.log(JSON.stringify({
  stranger: stranger.response.status,
  wrongPassword: refused.error?.responseStatus?.message,
  signIn: signedIn.data?.userName,
  all: await list({}),
  one: await list({accountIds: [plan.account]}),
  several: await list({endpointIds: plan.several}),
  after: await list({afterDate: plan.after}),
  badDate: [badDate.response.status, badDate.response.statusText],
  user: (await client.GET('/auth/status')).data?.isAuthenticated,
}))
