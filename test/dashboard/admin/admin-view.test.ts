import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { addUser, makeToken, openFixtureWithBroker } from '../../api/fixture.ts'
import { logIn } from '../../support/clients.ts'
import { hasBrowser, openStage, type Stage } from './stage/open-stage.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const DESK = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

/** What axe-core finds wrong that keeps somebody from using it. */
async function seriousIssues(page: Page): Promise<string[]> {
  // As if the page had brought it: its own rules would not let it in.
  await page
    .context()
    .newCDPSession(page)
    .then((it) => it.send('Runtime.evaluate', { expression: axe }))
  const results = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> }
    }
    return (await axe.run()).violations
  })
  return results
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

describe('the administration', function () {
  this.timeout(60_000)
  let fixture: Awaited<ReturnType<typeof openFixtureWithBroker>>
  let stage: Stage
  let admin: string

  before(async function () {
    if (!hasBrowser) {
      console.log('      skipped: there is no browser; set CHROMIUM_PATH')
      this.skip()
    }
    fixture = await openFixtureWithBroker()
    stage = await openStage(fixture.url)
    admin = makeToken({ lifetimeS: 600 })
  })
  after(async () => {
    await stage?.close()
    await fixture?.close()
  })
  beforeEach(async () => {
    await fixture.sql`truncate vehicles, devices, grants, audit_log cascade`
    await fixture.sql`delete from users where id > 1`
  })
  afterEach(() => expect(stage.errors.splice(0), 'errors of the page').to.deep.equal([]))

  const make = (path: string, body: object) => fixture.call('POST', path, { body })
  const find = (path: string) => fixture.call('GET', path)

  it('leads from nothing to a device that sends', async () => {
    const page = await stage.openPage('/admin/vehicles', admin)
    await page.getByRole('button', { name: 'Create the first vehicle' }).click()
    await page.getByLabel('Key', { exact: true }).fill('truck-7')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('button', { name: 'Create a device for truck-7' }).click()
    await page.getByLabel('Key', { exact: true }).fill('tracker-7')
    expect(await page.getByLabel('Vehicle').inputValue()).to.equal('truck-7')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('button', { name: 'Issue the token' }).click()

    await page.getByRole('img', { name: 'The token as a QR code' }).waitFor()
    const token = (await page.getByRole('textbox', { name: 'The token', exact: true }).textContent()) ?? ''
    const command = (await page.getByRole('textbox', { name: 'A first reading' }).textContent()) ?? ''
    const { mqttPort } = fixture.broker
    expect(command).to.include(`-h 127.0.0.1 -p ${mqttPort} -i tracker-7 -u x -P '${token}' -q 1`)
    expect(command).to.include(`-t fleet/truck-7/telemetry -m '{`)
    await page.getByRole('button', { name: 'Copy The token' }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).to.equal(token)
    expect(await seriousIssues(page)).to.deep.equal([])

    const client = await logIn(fixture.broker, { clientId: 'tracker-7', token })
    await client.publishAsync('fleet/truck-7/telemetry', /-m '(.*)'$/.exec(command)?.[1] ?? '', { qos: 1 })
    await client.endAsync()
    expect((await find('/api/vehicles/truck-7/telemetry')).body.items).to.have.length(1)

    await page.getByRole('button', { name: 'I have kept it' }).click()
    expect(await page.content()).to.not.include(token)
  })

  it('shows what is wrong at its field, and keeps what was typed', async () => {
    await make('/api/vehicles', { key: 'truck-7' })
    const page = await stage.openPage('/admin/vehicles', admin)
    await page.getByRole('button', { name: 'New vehicle' }).click()
    await page.getByLabel('Key', { exact: true }).fill('truck-7')
    await page.getByLabel('VIN').fill('OIQ')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const vin = page.getByLabel('VIN')
    await page.locator('[aria-invalid=true]').waitFor()
    expect(await vin.getAttribute('aria-invalid')).to.equal('true')
    await vin.fill('')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByText('"truck-7" is taken').waitFor()
    expect(await page.getByLabel('Key', { exact: true }).getAttribute('aria-invalid')).to.equal('true')
    expect(await page.getByLabel('Key', { exact: true }).inputValue()).to.equal('truck-7')
  })

  it('changes only what was changed, and nothing that somebody else has changed meanwhile', async () => {
    await make('/api/vehicles', { key: 'v1', name: 'Old', group: 'north', attributes: { seats: 50 } })
    const page = await stage.openPage('/admin/vehicles', admin)
    const edit = page.getByRole('button', { name: 'Edit v1' })
    await edit.click()
    await page.getByLabel('Name').fill('New')
    await fixture.call('PATCH', '/api/vehicles/v1', { body: { plate: 'P 1' } })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Show it as it is now' }).click()
    await page.getByLabel('Name').fill('New')
    expect(await page.getByLabel('Plate').inputValue()).to.equal('P 1')
    await page.getByLabel('Attributes').fill('seats: 51\ncolour: red')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const { body } = await find('/api/vehicles/v1')
    const expected = { name: 'New', plate: 'P 1', group: 'north', attributes: { seats: 51, colour: 'red' } }
    expect(body).to.deep.include(expected)
  })

  it('searches, and reads on when there is more', async () => {
    const keys = Array.from({ length: 130 }, (_, n) => `v${String(n).padStart(3, '0')}`)
    await make(
      '/api/vehicles',
      keys.map((key) => ({ key })),
    )
    const page = await stage.openPage('/admin/vehicles', admin)
    const rows = page.getByRole('row')
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByRole('link', { name: 'v129' }).waitFor()
    expect(await rows.count()).to.equal(131)
    await page.getByRole('searchbox', { name: 'Search vehicles' }).fill('v12')
    await page.getByRole('link', { name: 'v000' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'v129' }).waitFor()
    expect(await rows.count()).to.equal(11)
  })

  it('checks a file before it imports it, and says why of each row that is refused', async () => {
    const page = await stage.openPage('/admin/vehicles', admin)
    await page.getByRole('button', { name: 'Import CSV' }).click()
    const buffer = Buffer.from('key,name,tags\na1,First,x|y\na b,Second,\n')
    await page.locator('input[type=file]').setInputFiles({ name: 'fleet.csv', mimeType: 'text/csv', buffer })
    await page.getByText('1 can be created').waitFor()
    expect((await find('/api/vehicles')).body.items).to.have.length(0)
    const refused = await page.getByRole('row').last().textContent()
    expect(refused).to.match(/^Line 3a bkey must match/)
    await page.getByRole('button', { name: 'Import 1' }).click()
    await page.getByText('1 created').waitFor()
    expect((await find('/api/vehicles')).body.items[0]).to.deep.include({ key: 'a1', tags: ['x', 'y'] })
  })

  it('revokes tokens, one, some or all', async () => {
    await make('/api/devices', { key: 'd1' })
    for (let n = 0; n < 4; n++) await make('/api/devices/d1/tokens', {})
    const page = await stage.openPage('/admin/tokens?device=d1', admin)
    const good = page.getByRole('cell', { name: 'Good' })
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Revoke', exact: true }).first().click()
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('cell', { name: /^Revoked/ }).waitFor()
    expect(await good.count()).to.equal(3)
    for (const at of [0, 1]) await page.getByRole('checkbox').nth(at).check()
    await page.getByRole('button', { name: 'Revoke 2 chosen' }).click()
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await dialog.waitFor({ state: 'detached' })
    const { body } = await find('/api/devices/d1/tokens')
    const left = body.items.filter((it: { revoked_at: string | null }) => it.revoked_at === null)
    expect(left).to.have.length(1)
  })

  it('makes a user, grants it a group, and shows who did', async () => {
    await make('/api/vehicles', { key: 'v1', group: 'north' })
    const page = await stage.openPage('/admin/users', admin)
    await page.getByRole('button', { name: 'New user' }).click()
    await page.getByLabel('E-mail address').fill('kim@example.org')
    await page.getByRole('button', { name: 'Make one' }).click()
    const password = await page.getByLabel('Password').inputValue()
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('button', { name: 'Grants' }).click()
    await page.getByRole('button', { name: 'Grant something' }).click()
    await page.getByLabel('Group', { exact: true }).fill('north')
    await page.getByRole('button', { name: 'Grant', exact: true }).click()
    await page.getByRole('cell', { name: 'the group north', exact: true }).waitFor()

    const login = await fixture.call('POST', '/api/login', {
      body: { email: 'kim@example.org', password },
      token: null,
    })
    const seen = await fixture.call('GET', '/api/vehicles', { token: login.body.token })
    expect(seen.body.items.map((it: { key: string }) => it.key)).to.deep.equal(['v1'])

    await page.getByRole('tab', { name: 'Audit' }).click()
    const row = page.getByRole('row', { name: /grant\.create/ })
    expect(await row.textContent()).to.match(/group\s+north/)
  })

  it('deletes a vehicle, with its readings when an administrator wants that', async () => {
    await make('/api/vehicles', { key: 'v1' })
    const page = await stage.openPage('/admin/vehicles', admin)
    await page.getByRole('button', { name: 'Delete v1' }).click()
    await page.getByLabel('Delete them, for ever').check()
    await page.getByRole('button', { name: 'Delete it and its readings' }).click()
    await page.getByText('There is no vehicle yet').waitFor()
    const { body } = await find('/api/audit-log?subject=vehicle:v1')
    expect(body.items[0].action).to.equal('vehicle.delete_with_history')
  })

  it('shows to a user what is its own, and nothing of others', async () => {
    const { token } = await addUser(fixture.sql, 'user')
    await make('/api/vehicles', { key: 'foreign' })
    await fixture.call('POST', '/api/vehicles', { body: { key: 'own' }, token })
    const page = await stage.openPage('/admin/vehicles', token)
    await page.getByRole('link', { name: 'own' }).waitFor()
    expect(await page.getByRole('row').count()).to.equal(2)
    expect(await page.getByRole('tab').allTextContents()).to.deep.equal(['Vehicles', 'Devices', 'Tokens'])
    await page.getByRole('button', { name: 'Delete own' }).click()
    expect(await page.getByText('for ever').count()).to.equal(0)
  })

  it('can be used by everybody, and on a phone', async () => {
    await make('/api/vehicles', { key: 'v1', name: 'Truck 1', group: 'north', tags: ['a'] })
    await make('/api/devices', { key: 'd1', vehicle: 'v1' })
    await make('/api/devices/d1/tokens', {})
    const user = await addUser(fixture.sql, 'user')
    await make('/api/grants', { user: user.id, vehicle: 'v1' })
    const page = await stage.openPage('/admin/vehicles', admin)
    for (const section of ['vehicles', 'devices', 'tokens?device=d1', 'users', 'grants', 'audit']) {
      await page.goto(`${stage.url}/admin/${section}`)
      await page.getByRole('row').nth(1).waitFor()
      for (const size of [DESK, PHONE]) {
        await page.setViewportSize(size)
        expect(await seriousIssues(page), section).to.deep.equal([])
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(overflow, `${section} is wider than the screen`).to.be.at.most(0)
      }
    }
  })
})
