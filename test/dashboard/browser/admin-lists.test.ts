import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { isGone, shows } from './page-parts.ts'
import { seriousIssues } from './serious-issues.ts'
import type { StageUser } from './stage.ts'
import { useStage } from './use-stage.ts'
import { VIEWPORTS } from './views.ts'

describe('lists of Administration in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()
  const open = (path: string) => stage().visit({ as: stage().admin, path })
  const make = (path: string, body: object) => stage().call('POST', path, { body })

  /** Returns an API token. */
  async function logIn({ email, password }: StageUser): Promise<string> {
    const { body } = await make('/api/login', { email, password })
    return String(body.token)
  }

  it('lists can be searched, and show more pages on demand', async () => {
    const keys = Array.from({ length: 130 }, (_, n) => `many-${String(n).padStart(3, '0')}`)
    const body = ['another-1', ...keys].map((key) => ({ key }))
    await make('/api/vehicles', body)
    const page = await open('/admin/vehicles')
    const search = page.getByRole('searchbox', { name: 'Search vehicles' })
    const rows = page.getByRole('table', { name: 'Vehicles' }).getByRole('row')
    await shows(page.getByRole('link', { name: 'another-1' }))
    await search.fill('many-')
    await isGone(page.getByRole('link', { name: 'another-1' }))
    await page.getByRole('button', { name: 'Show more' }).click()
    await shows(page.getByRole('link', { name: 'many-129' }))
    expect(await rows.count()).to.equal(131)
    await search.fill('many-12')
    await isGone(page.getByRole('link', { name: 'many-000' }))
    await shows(page.getByRole('link', { name: 'many-129' }))
    expect(await rows.count()).to.equal(11)
  })

  it('a CSV file is checked before it is imported, with a reason for each refused row', async () => {
    const imported = () => stage().call('GET', '/api/vehicles?search=csv-')
    const page = await open('/admin/vehicles')
    await page.getByRole('button', { name: 'Import CSV' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import vehicles' })
    const buffer = Buffer.from('key,name,tags\ncsv-1,First,x|y\ncsv 2,Second,\n')
    const file = { name: 'fleet.csv', mimeType: 'text/csv', buffer }
    await dialog.getByLabel('CSV file').setInputFiles(file)
    await shows(dialog.getByText('1 can be created'))
    expect((await imported()).body.items).to.deep.equal([])
    const refused = dialog.getByRole('table', { name: 'Refused rows' }).getByRole('row')
    expect(await refused.count()).to.equal(2)
    expect(await refused.last().textContent()).to.match(/^Line 3csv 2key must be 1 to 64 letters/)
    await dialog.getByRole('button', { name: 'Import 1' }).click()
    await shows(dialog.getByText('1 created'))
    const { items } = (await imported()).body
    expect(items).to.have.length(1)
    expect(items[0]).to.deep.include({ key: 'csv-1', name: 'First', tags: ['x', 'y'] })
  })

  it('tokens can be revoked one by one, by selection or all together', async () => {
    await make('/api/devices', { key: 'revoked-1' })
    for (let n = 0; n < 5; n++) await make('/api/devices/revoked-1/tokens', {})
    const page = await open('/admin/tokens?device=revoked-1')
    const valid = page.getByRole('cell', { name: 'Valid' })
    const revoked = page.getByRole('cell', { name: /^Revoked \d/ })
    const confirm = async (title: string, action: string) => {
      const dialog = page.getByRole('dialog', { name: title })
      await dialog.getByRole('button', { name: action }).click()
      await isGone(dialog)
    }
    await page.getByRole('button', { name: 'Revoke', exact: true }).first().click()
    await confirm('Revoke a token', 'Revoke')
    await shows(revoked)
    expect(await valid.count()).to.equal(4)
    for (const at of [0, 1]) await page.getByRole('checkbox').nth(at).check()
    await page.getByRole('button', { name: 'Revoke 2 selected' }).click()
    await confirm('Revoke 2 tokens', 'Revoke')
    await shows(revoked.nth(2))
    expect(await valid.count()).to.equal(2)
    await page.getByRole('button', { name: 'Revoke all' }).click()
    await confirm('Revoke all tokens of revoked-1', 'Revoke all')
    await isGone(valid)
    const { body } = await stage().call('GET', '/api/devices/revoked-1/tokens')
    const left = body.items.filter((it: { revoked_at: string | null }) => it.revoked_at === null)
    expect(left).to.deep.equal([])
  })

  it('the audit log shows the actor and the values before and after a change', async () => {
    await make('/api/vehicles', { key: 'renamed', name: 'Before' })
    const { admin } = stage()
    await stage().call('PATCH', '/api/vehicles/renamed', {
      body: { name: 'After' },
      token: await logIn(admin),
    })
    const page = await open('/admin/vehicles')
    await page.getByRole('tab', { name: 'Audit' }).click()
    const row = page.getByRole('row', { name: /vehicle\.update/ }).filter({ hasText: 'vehicle:renamed' })
    await shows(row.getByRole('deletion').filter({ hasText: 'Before' }))
    await shows(row.getByRole('insertion').filter({ hasText: 'After' }))
    await shows(row.getByRole('cell', { name: admin.email, exact: true }))
  })

  it("a user's lists show their own records and nothing of others", async () => {
    await make('/api/vehicles', { key: 'foreign' })
    const user = await stage().addUser('user')
    await stage().call('POST', '/api/vehicles', { body: { key: 'own' }, token: await logIn(user) })
    const page = await stage().visit({ as: user, path: '/admin/vehicles' })
    await shows(page.getByRole('link', { name: 'own', exact: true }))
    expect(await page.getByRole('table', { name: 'Vehicles' }).getByRole('row').count()).to.equal(2)
    expect(await page.getByRole('tab').allTextContents()).to.deep.equal([
      'Vehicles',
      'Groups',
      'Devices',
      'Tokens',
    ])
    await page.getByRole('button', { name: 'Delete own' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete own' })
    await shows(dialog.getByText('Its readings are kept in the database.'))
    expect(await dialog.getByRole('radio').count()).to.equal(0)
  })

  it('full lists are accessible and no wider than the screen', async () => {
    await make('/api/vehicles', { key: 'wide', name: 'Lorry', group: 'north', tags: ['a', 'b'] })
    await make('/api/devices', { key: 'wide-1', vehicle: 'wide' })
    await make('/api/devices/wide-1/tokens', {})
    const user = await stage().addUser('user')
    await make('/api/grants', { user: user.id, vehicle: 'wide' })
    const page = await open('/admin/vehicles')
    for (const section of [
      'vehicles',
      'groups',
      'devices',
      'tokens?device=wide-1',
      'users',
      'grants',
      'audit',
    ]) {
      await page.goto(`/admin/${section}`)
      await shows(page.getByRole('row').nth(1))
      for (const viewport of VIEWPORTS) {
        await page.setViewportSize(viewport)
        // accessibility.test.ts checks the other sections.
        if (/tokens|grants/.test(section)) expect(await seriousIssues(page), section).to.deep.equal([])
        expect(await widthTooMuch(page), `${section} at ${viewport.width} px`).to.be.at.most(0)
      }
    }
  })
})

/** By how many px the list, the view or the page would have to be scrolled sideways. */
function widthTooMuch(page: Page): Promise<number> {
  return page.getByRole('table').evaluate((table) => {
    const around: Element[] = []
    for (let it: Element | null = table; it !== null; it = it.parentElement) around.push(it)
    return Math.max(...around.map((it) => it.scrollWidth - it.clientWidth))
  })
}
