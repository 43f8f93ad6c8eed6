// `dtos.d.ts` is what `/types/typescript.d` answers: its types are known everywhere.
export const request: ListConversations = {accountIds: ['a'], afterDate: '2026-03-01T00:00:00Z'}
export const read = (answer: ListConversationsResponse) =>
  answer.conversations?.map(row => row.mostRecentMessage?.direction === 'Incoming')
