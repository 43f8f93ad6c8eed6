// One journey a client, the same in Node and in a browser: be refused, fail to sign in, sign in,
// filter, read an error, sign out, ask again by Basic. A journey returns what an app would see.

export async function servicestack({ JsonServiceClient }, plan) {
  class Request {
    constructor(init) { Object.assign(this, init) }
    createResponse() { return {} }
  }
  class ListConversations extends Request {
    getTypeName() { return 'ListConversations' }
    getMethod() { return 'GET' }
  }
  class Authenticate extends Request {
    getTypeName() { return 'Authenticate' }
    getMethod() { return 'POST' }
  }
  const client = new JsonServiceClient(plan.url)
  const basic = new JsonServiceClient(plan.url)
  basic.setCredentials(plan.userName, plan.password)
  const failure = error => ({
    code: error.responseStatus.errorCode,
    message: error.responseStatus.message,
  })
  return travel(plan, failure, {
    list: async filters => (await client.get(new ListConversations(filters))).conversations,
    listByPath: async filters => (await client.get('/conversations', filters)).conversations,
    listByBasic: async filters => (await basic.get(new ListConversations(filters))).conversations,
    signIn: (userName, password) => client.post(
      new Authenticate({ provider: 'credentials', userName, password, rememberMe: true })),
    signOut: () => client.post(new Authenticate({ provider: 'logout' })),
  })
}

export async function axios({ default: library }, plan) {
  const client = library.create({
    baseURL: plan.url,
    withCredentials: true,
    // Without it axios writes accountIds[]=…, which the framework ignores.
    paramsSerializer: { indexes: null },
  })
  const auth = { username: plan.userName, password: plan.password }
  const failure = ({ response }) => seen(response.data, response.status, response.statusText)
  const list = config => async params =>
    (await client.get('/conversations', { params, ...config })).data.conversations
  return travel(plan, failure, {
    list: params => list({})(params),
    listByPath: params => list({ headers: { Accept: 'application/json' } })(params),
    listByBasic: params => list({ auth })(params),
    signIn: async (userName, password) => {
      const answer = await client.post('/auth/credentials', { userName, password })
      keep(answer.headers['set-cookie'], cookie => { client.defaults.headers.Cookie = cookie })
      return answer.data
    },
    signOut: () => client.post('/auth/logout'),
  })
}

export async function fetcher(_, plan) {
  const headers = { Accept: 'application/json' }
  const call = async (path, options = {}) => {
    const answer = await fetch(plan.url + path, {
      credentials: 'include',
      ...options,
      headers: { ...headers, ...options.headers },
    })
    const text = await answer.text()
    const body = text ? JSON.parse(text) : ''
    if (!answer.ok) throw seen(body, answer.status, answer.statusText)
    keep(options.body && answer.headers.getSetCookie(), cookie => { headers.Cookie = cookie })
    return body
  }
  const query = filters => {
    const pairs = Object.entries(filters).flatMap(([name, value]) => [value].flat()
      .map(item => [name, item]))
    return new URLSearchParams(pairs)
  }
  const list = path => async (filters, options) =>
    (await call(`${path}?${query(filters)}`, options)).conversations
  const Authorization = `Basic ${btoa(`${plan.userName}:${plan.password}`)}`
  return travel(plan, error => error, {
    list: list('/conversations'),
    listByPath: list('/conversations.json'),
    listByBasic: filters => list('/conversations')(filters, { headers: { Authorization } }),
    signIn: (userName, password) => call('/auth/credentials', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userName, password }),
    }),
    signOut: () => call('/auth/logout'),
  })
}

async function travel(plan, failure, client) {
  const ids = rows => rows.map(row => row.id)
  const refusal = async promise => {
    try { await promise } catch (error) { return failure(error) }
    return 'not refused'
  }
  return {
    stranger: await refusal(client.list({})),
    wrongPassword: await refusal(client.signIn(plan.userName, 'no such password')),
    signIn: (await client.signIn(plan.userName, plan.password)).userName,
    all: ids(await client.list({})),
    one: ids(await client.list({ accountIds: [plan.account] })),
    several: ids(await client.list({ endpointIds: plan.several, customerIds: plan.customers })),
    awkward: ids(await client.listByPath({ endpointIds: plan.awkward })),
    comma: ids(await client.list({ endpointIds: [plan.comma] })),
    quotedComma: ids(await client.list({ endpointIds: [`"${plan.comma}"`] })),
    emptyList: ids(await client.list({ endpointIds: [] })),
    after: ids(await client.list({ afterDate: plan.after })),
    badDate: await refusal(client.list({ afterDate: 'no date' })),
    signOut: await client.signOut().then(() => true),
    gone: await refusal(client.list({})),
    basic: ids(await client.listByBasic({ accountIds: [plan.account] })),
  }
}

// The error's code and words, from the body where it has them, else from the status line.
function seen(body, status, reason) {
  const { errorCode = String(status), message = reason } = body.responseStatus ?? {}
  return { code: errorCode, message }
}

// A browser keeps its cookies itself and shows none; Node's fetch and axios leave them to us.
function keep(lines, save) {
  if (lines?.length) save(lines.map(line => line.split(';')[0]).join('; '))
}
