import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.ts'
import { rowOf, shows } from './page-parts.ts'
import { connectTracker } from './tracker.ts'
import { useStage } from './use-stage.ts'

const run = promisify(execFile)
const hasMosquitto = spawnSync('mosquitto_pub', ['--help']).error === undefined

describe('Administration in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()

  /** Uses the forms to create a vehicle, its device and a token, which the dialog then shows. */
  async function createDevice(page: Page, vehicle: string, device: string): Promise<void> {
    await page
      .getByRole('button', { name: /^New vehicle|^Create the first vehicle/ })
      .first()
      .click()
    const vehicleForm = page.getByRole('dialog', { name: 'New vehicle' })
    await vehicleForm.getByLabel('Key').fill(vehicle)
    await vehicleForm.getByLabel('Name').fill(`Name of ${vehicle}`)
    await vehicleForm.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('button', { name: `Create a device for ${vehicle}` }).click()
    const deviceForm = page.getByRole('dialog', { name: 'New device' })
    await deviceForm.getByLabel('Key', { exact: true }).fill(device)
    expect(await deviceForm.getByLabel('Vehicle').inputValue()).to.equal(vehicle)
    await deviceForm.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('button', { name: 'Issue the token' }).click()
    await shows(page.getByRole('dialog', { name: `Token of ${device}` }))
  }

  it('a vehicle and a device can be created, and the token shown once connects the device', async () => {
    const page = await stage().visit({ as: stage().admin, path: '/admin/vehicles' })
    await createDevice(page, 'made-here', 'made-here-1')
    const dialog = page.getByRole('dialog', { name: 'Token of made-here-1' })
    await shows(dialog.getByRole('img', { name: 'Token as a QR code' }))
    const token = (await dialog.getByRole('textbox', { name: 'Token' }).textContent()) ?? ''
    const client = await connectTracker(stage().broker().mqttPort, 'made-here-1', token.trim())
    await client.publishAsync('fleet/made-here/telemetry', '{"lat":59.33,"lon":18.06,"speed":44}', { qos: 1 })
    await dialog.getByRole('button', { name: 'I have saved it' }).click()
    await page.getByRole('link', { name: 'Map', exact: true }).click()
    await shows(rowOf(page, 'made-here').filter({ hasText: '44 km/h' }))
    await client.endAsync()
    // The token is not shown again.
    await page.goto('/admin/tokens?device=made-here-1')
    await shows(
      page.getByRole('table', { name: 'Tokens of made-here-1' }).getByRole('cell', { name: 'Valid' }),
    )
    expect(await page.content()).not.to.include(token.trim())
  })

  it('the mosquitto_pub line stores a reading as it stands', async function () {
    if (!hasMosquitto) this.skip()
    const page = await stage().visit({ as: stage().admin, path: '/admin/vehicles' })
    await createDevice(page, 'with-a-line', 'with-a-line-1')
    const line = page.getByRole('textbox', { name: 'Command for a first reading' })
    // The broker's port is loaded a moment later.
    const port = ` -p ${stage().broker().mqttPort} `
    await eventually('the line has the port', async () => (await line.textContent())?.includes(port))
    await run('sh', ['-c', (await line.textContent()) ?? ''])
    const { body } = await stage().call('GET', '/api/vehicles/with-a-line/telemetry')
    expect(body.items).to.have.length(1)
    expect(body.items[0]).to.include({ lat: 59.33, lon: 18.06, speed: 62.5 })
  })

  it('a new user can log in, and sees a granted group from a time on or in full', async () => {
    await stage().call('POST', '/api/vehicles', { body: { key: 'granted-van', group: 'granted' } })
    const page = await stage().visit({ as: stage().admin, path: '/admin/users' })
    await page.getByRole('button', { name: 'New user' }).click()
    const form = page.getByRole('dialog', { name: 'New user' })
    await form.getByLabel(/^E-mail/).fill('driver@example.com')
    await form.getByLabel(/^Password/).fill('a long enough password')
    await form.getByRole('button', { name: 'Create' }).click()
    await shows(page.getByRole('row').filter({ hasText: 'driver@example.com' }))
    await page.goto('/admin/grants')
    await page
      .getByRole('button', { name: /New grant|Add a grant/ })
      .first()
      .click()
    const grant = page.getByRole('dialog', { name: 'New grant' })
    await grant.getByLabel('User').selectOption({ label: 'driver@example.com' })
    await grant.getByLabel('Group', { exact: true }).fill('granted')
    await grant.getByLabel('History from').fill('2026-11-21T08:00')
    await grant.getByRole('button', { name: 'Grant', exact: true }).click()
    const row = page.getByRole('row').filter({ hasText: 'the group granted' })
    await shows(row.filter({ hasText: /From .*2026/ }))
    const beginning = async () =>
      (await stage().call('GET', '/api/grants?group=granted')).body.items[0].history_from
    // The input is in the browser's time zone.
    const given = await page.evaluate(() => new Date('2026-11-21T08:00').toISOString())
    expect(await beginning()).to.equal(given)
    await row
      .getByRole('button', { name: 'Edit the grant of the group granted to driver@example.com' })
      .click()
    const change = page.getByRole('dialog', { name: 'Edit grant' })
    expect(await change.getByLabel('History from').inputValue()).to.equal('2026-11-21T08:00')
    await change.getByLabel('History from').fill('')
    await change.getByRole('button', { name: 'Save' }).click()
    await shows(row.getByRole('cell', { name: 'All', exact: true }))
    expect(await beginning()).to.equal(null)
    const user = { id: 0, email: 'driver@example.com', password: 'a long enough password' }
    const theirs = await stage().visit({ as: user })
    await shows(rowOf(theirs, 'granted-van'))
  })

  it('the audit log shows who changed what', async () => {
    await stage().call('POST', '/api/vehicles', { body: { key: 'audited' } })
    const page = await stage().visit({ as: stage().admin, path: '/admin/audit' })
    await shows(page.getByRole('table', { name: 'Audit log' }).getByRole('row').nth(1))
    await shows(page.getByRole('row').filter({ hasText: 'vehicle:audited' }))
  })
})
