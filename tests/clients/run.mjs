// Run one journey in Node: `node run.mjs NAME`, the plan on standard input, what was seen on output.
import { text } from 'node:stream/consumers'
import * as journeys from './journeys.mjs'

const libraries = {
  servicestack: () => import('@servicestack/client'),
  axios: () => import('axios'),
  fetcher: () => null,
}
const name = process.argv[2]
const plan = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(await journeys[name](await libraries[name](), plan)))
