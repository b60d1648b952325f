import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { shows } from './page-parts.ts'
import { seriousIssues } from './serious-issues.ts'
import { useStage } from './use-stage.ts'

/** The browser's error for each request and for the feed without a network. */
const OFFLINE = [/ERR_INTERNET_DISCONNECTED/]

describe('the overview in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()
  const tile = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

  it("the overview shows the broker's state, stored and refused readings", async () => {
    const tracker = await stage().addTracker({ key: 'overseen' })
    await tracker.publish([{ lat: 1, lon: 1 }, { speed: -1 }])
    const page = await stage().visit({ as: stage().admin, path: '/overview' })
    await shows(page.getByText('Broker ready'))
    // The connections of the device and of this page's feed.
    await shows(tile(page, 'Connections').getByText(/^[12]$/))
    await shows(tile(page, 'Acknowledgement latency').getByText(/^[\d.]+ ms/))
    await shows(tile(page, 'Devices online').getByText(/^1 of 1$/))
    const spool = tile(page, 'Spool').getByRole('meter', { name: 'Spool' })
    expect(await spool.getAttribute('aria-valuetext')).to.equal('0 B of 1 GiB')

    await page.getByRole('button', { name: /out_of_range/ }).click()
    const link = page.getByRole('main').getByRole('link', { name: 'overseen' })
    await shows(link)
    expect(await seriousIssues(page)).to.deep.equal([])
    await link.click()
    await shows(page.getByRole('tab', { name: 'Data', selected: true }))
  })

  it('the overview keeps its figures and shows their age while the API is away', async () => {
    const page = await stage().visit({ as: stage().admin, path: '/overview', expected: OFFLINE })
    await shows(page.getByText('Broker ready'))
    // A page that becomes visible refreshes at once.
    const ask = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.context().setOffline(true)
    await ask()
    await shows(page.getByRole('alert').filter({ hasText: 'The API cannot be reached' }))
    expect(await page.getByText('Broker ready').isVisible()).to.equal(true)
    await shows(page.getByText(/Last updated \d+ s ago/))
    await page.context().setOffline(false)
    await ask()
    await shows(page.getByText(/Updated \d s ago/))
  })

  it("a user's overview shows the states of their vehicles and nothing of the broker", async () => {
    const granted = await stage().addTracker({ key: 'granted-1' })
    await stage().addTracker({ key: 'foreign-1' })
    const user = await stage().addUser('user')
    await stage().call('POST', '/api/grants', { body: { user: user.id, vehicle: granted.vehicle } })
    const page = await stage().visit({ as: user, hasWebGl: false })
    const asked: string[] = []
    page.on('request', (it) => asked.push(new URL(it.url()).pathname))
    await page.goto('/overview')
    await shows(tile(page, 'Devices online').getByText(/^1 of 1$/))
    expect(asked).to.include('/api/presence/counts').and.not.include('/api/overview')
    expect(await page.getByRole('main').getByText('broker').count()).to.equal(0)
  })
})
