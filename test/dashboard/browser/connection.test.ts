import { expect } from 'chai'
import { isGone, panelOf, rowOf, searchField, shows } from './page-parts.ts'
import { useStage } from './use-stage.ts'

const HERE = { lat: 50.1, lon: 8.7 }
/** The broker closes the connection while the page is sending. The page cannot know that in time. */
const ENDED_MEANWHILE = /WebSocket is already in CLOSING or CLOSED state/
/** Errors while the broker is away, and of requests of a browser that is logged out. */
const BROKER_AWAY = [/WebSocket connection to/, /status of 50[23]/, ENDED_MEANWHILE]
const LOGGED_OUT = [/status of 401/, ENDED_MEANWHILE]

describe('a lost connection in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()
  afterEach(() => stage().startBroker())

  it('a lost connection is reported and restored with the newest positions', async () => {
    const tracker = await stage().addTracker({ key: 'lost-and-found' })
    await tracker.publish({ ...HERE, speed: 11 })
    const page = await stage().visit({ as: stage().admin, expected: BROKER_AWAY, hasWebGl: false })
    const row = rowOf(page, 'lost-and-found')
    await shows(row.filter({ hasText: '11 km/h' }))
    await shows(page.getByText('Live', { exact: true }))
    const loadedAtMs = await page.evaluate(() => performance.timeOrigin)

    await stage().stopBroker()
    await shows(page.getByText(/^Not live/))
    await shows(row.filter({ hasText: '11 km/h' }))
    await stage().startBroker()
    await tracker.publish({ ...HERE, speed: 22 })
    await shows(row.filter({ hasText: '22 km/h' }), 30_000)
    await isGone(page.getByText(/^Not live/))
    await tracker.publish({ ...HERE, speed: 33 })
    await shows(row.filter({ hasText: '33 km/h' }))
    expect(await page.evaluate(() => performance.timeOrigin)).to.equal(loadedAtMs)
  })

  it('an open panel continues after a reconnection', async () => {
    const tracker = await stage().addTracker({ key: 'panel-goes-on' })
    await tracker.publish({ ...HERE, speed: 44 })
    const page = await stage().visit({
      as: stage().admin,
      path: '/vehicles/panel-goes-on',
      expected: BROKER_AWAY,
    })
    const values = panelOf(page, 'panel-goes-on').getByRole('region', { name: 'Newest values' })
    await shows(values.getByText('44 km/h'))
    await shows(page.getByText('Live', { exact: true }))
    await stage().stopBroker()
    await shows(page.getByText(/^Not live/))
    await stage().startBroker()
    await tracker.publish({ ...HERE, speed: 55 })
    await shows(values.getByText('55 km/h'), 30_000)
    await isGone(page.getByText(/^Not live/), 30_000)
    await tracker.publish({ ...HERE, speed: 66 })
    await shows(values.getByText('66 km/h'))
  })
})

describe('an expired session in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()

  it('an expired session asks for a login over the view, which stays and continues', async () => {
    const tracker = await stage().addTracker({ key: 'still-here' })
    await tracker.publish({ ...HERE, speed: 12 })
    const user = await stage().addUser('admin')
    const page = await stage().visit({ as: user, expected: LOGGED_OUT, hasWebGl: false })
    await searchField(page).fill('still')
    await rowOf(page, 'still-here').click()
    const panel = panelOf(page, 'still-here')
    await shows(panel.getByRole('heading', { name: 'still-here' }))
    await panel.getByRole('tab', { name: 'Commands' }).click()
    await panel.getByLabel('Name').fill('half-writ')

    const { sql } = stage()
    await sql`delete from sessions where user_id = ${user.id}`
    // As "Log out everywhere" on another machine does. The broker ends the feed, and the page needs a new token for it.
    await sql`update users set tokens_valid_from = now() + interval '1 second' where id = ${user.id}`
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    await dialog.getByLabel('Password').fill(user.password)
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await isGone(dialog)
    expect(await searchField(page).inputValue()).to.equal('still')
    expect(await panel.getByLabel('Name').inputValue()).to.equal('half-writ')
    await panel.getByRole('button', { name: 'Send' }).click()
    await shows(panel.getByRole('listitem').filter({ hasText: 'half-writ' }))
    await tracker.publish({ ...HERE, speed: 13 })
    await shows(rowOf(page, 'still-here').filter({ hasText: '13 km/h' }))
  })
})
