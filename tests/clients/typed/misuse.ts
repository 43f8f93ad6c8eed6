// What the types must refuse; that a line is refused is checked, so that none may say nothing.
import type {components as Admin} from './admin'
import type {components, operations} from './api'

type Query = NonNullable<operations['ListConversations']['parameters']['query']>
type Message = components['schemas']['MessageInfo']

// @ts-expect-error
export const date: Query = {afterDate: 20260301}
// @ts-expect-error
export const list: Query = {accountIds: 'a,b'}
// @ts-expect-error
export const parameter: Query = {accountId: ['a']}
// @ts-expect-error
export const direction: Message['direction'] = 'Sideways'
// @ts-expect-error
export const length = (message: Message) => message.text.length
// @ts-expect-error
export const user: Admin['schemas']['User'] = {username: 'ada'}
// @ts-expect-error
export const accounts: Admin['schemas']['User']['accountIds'] = 'none'
// @ts-expect-error
export const rows: Admin['schemas']['Dataset'] = {conversations: [{name: 'a'}]}
// @ts-expect-error
export const order: Admin['schemas']['Choices'] = {order: 'newest'}
// @ts-expect-error
export const fault: Admin['schemas']['FaultsOrPresets'] = [{fault: 'status', code: 200}]
