import {expect} from '@playwright/test'
import {test} from './mock'

test.beforeEach(async ({page, mock}) => {
  await page.goto('/')
  await page.getByLabel('User name').fill(mock.user.username)
  await page.getByLabel('Password').fill(mock.user.password!)
  await page.getByRole('button', {name: 'Sign in'}).click()
  await expect(page.getByRole('status')).toHaveText('500 conversations')
})

test('an account filters the list', async ({page, mock}) => {
  const accounts = (await mock.rows()).map(row => row.mostRecentMessage?.accountId)
  const wanted = accounts[0]!

  await page.getByLabel('Account').fill(wanted)
  await page.keyboard.press('Enter')

  const count = accounts.filter(account => account === wanted).length
  await expect(page.getByRole('listitem')).toHaveCount(count)
})

test('a message that arrives comes to the top', async ({page, mock}) => {
  const rows = await mock.rows()
  await mock.addMessage({conversationId: rows[10]!.id!, text: 'Is anybody there?'})

  await expect(page.getByRole('listitem').first()).toContainText('Is anybody there?')
  await expect(page.getByRole('listitem')).toHaveCount(500)
})

test('an outage is told and passes', async ({page, mock}) => {
  await mock.setFaults([{fault: 'status', code: 503}])
  await expect(page.getByRole('status')).toContainText('503')

  await mock.setFaults([])
  await expect(page.getByRole('status')).toHaveText('500 conversations')
})

test('the app asks only for what is new', async ({mock}) => {
  const polls = await mock.requests({path: '/conversations', count: 3, wait: 10})

  expect(polls[0]!.query).toBe('')
  expect(polls[2]!.query).toContain('afterDate=')
})
