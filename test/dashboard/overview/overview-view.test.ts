import { expect } from 'chai'
import { addUser, makeToken, openFixtureWithBroker } from '../../api/fixture.ts'
import { logIn } from '../../support/clients.ts'
import { hasBrowser, openStage, type Stage } from '../admin/stage/open-stage.ts'

describe('the overview page', function () {
  this.timeout(60_000)
  let fixture: Awaited<ReturnType<typeof openFixtureWithBroker>>
  let stage: Stage

  before(async function () {
    if (!hasBrowser) {
      console.log('      skipped: there is no browser; set CHROMIUM_PATH')
      this.skip()
    }
    fixture = await openFixtureWithBroker()
    stage = await openStage(fixture.url)
  })
  after(async () => {
    await stage?.close()
    await fixture?.close()
  })

  it('shows the broker, what is stored and what is refused', async () => {
    const device = await fixture.broker.addDevice()
    const client = await logIn(fixture.broker, device)
    await client.publishAsync(device.topic, '[{"lat":1,"lon":1},{"speed":-1}]', { qos: 1 })
    const page = await stage.openPage('/overview', makeToken())
    await page.getByText('The broker is ready').waitFor()
    const tile = (name: string) => page.getByRole('region', { name })
    expect(await tile('Connections').textContent()).to.match(/^Connections1/)
    expect(await tile('Acknowledged within').textContent()).to.match(/^Acknowledged within[\d.]+ ms/)
    const spool = tile('Spool').getByRole('meter')
    expect(await spool.getAttribute('aria-valuetext')).to.equal('0 B of 1 GiB')

    await page.getByRole('button', { name: /out_of_range/ }).click()
    const link = page.getByRole('link', { name: device.vehicle })
    expect(await link.getAttribute('href')).to.equal(`/vehicles/${device.vehicle}/data`)
    await client.endAsync()
    expect(stage.errors.splice(0)).to.deep.equal([])
  })

  it('keeps what it knows while the API is away, and says how old it is', async () => {
    const page = await stage.openPage('/overview', makeToken())
    await page.getByText('The broker is ready').waitFor()
    // As if it was hidden and came back: it asks at once.
    const ask = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    stage.cut(true)
    await ask()
    await page.getByText('The API cannot be reached').waitFor()
    expect(await page.getByText('The broker is ready').count()).to.equal(1)
    await page.getByText(/what was known \d+ s ago/).waitFor()
    stage.cut(false)
    await ask()
    await page.getByText(/Asked \d s ago/).waitFor()
  })

  it('shows to a user how its own vehicles are, and nothing of the broker', async () => {
    const { token } = await addUser(fixture.sql, 'user')
    const asked: string[] = []
    const page = await stage.openPage('/overview', token)
    page.on('request', (it) => asked.push(it.url()))
    await page.reload()
    await page.getByRole('region', { name: 'Devices online' }).waitFor()
    expect(asked.filter((url) => url.endsWith('/api/overview'))).to.deep.equal([])
    expect(await page.getByText('broker').count()).to.equal(0)
  })
})
