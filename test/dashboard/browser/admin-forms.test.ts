import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.ts'
import { isGone, rowOf, shows } from './page-parts.ts'
import { seriousIssues } from './serious-issues.ts'
import type { StageUser } from './stage.ts'
import type { VisitOptions } from './visits.ts'
import { useStage } from './use-stage.ts'

const REFUSED = /status of 4(00|09|22) .*\/api\/vehicles$/
const CHANGED_MEANWHILE = /status of 412 .*\/api\/vehicles\//

describe('forms of Administration in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()
  const open = (path: string, options: VisitOptions = {}) =>
    stage().visit({ as: stage().admin, path, ...options })
  const make = (path: string, body: object) => stage().call('POST', path, { body })
  const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name })

  it('a form shows errors at their fields and keeps the input', async () => {
    await make('/api/vehicles', { key: 'taken-1' })
    const page = await open('/admin/vehicles', { expected: [REFUSED] })
    await page.getByRole('button', { name: 'New vehicle' }).click()
    const form = dialogOf(page, 'New vehicle')
    const [key, vin] = [form.getByLabel('Key'), form.getByLabel('VIN')]
    await key.fill('taken-1')
    await vin.fill('OIQ')
    await form.getByRole('button', { name: 'Create' }).click()
    await shows(form.getByRole('textbox', { name: 'VIN', description: /^must be 5 to 17 capital letters/ }))
    expect(await vin.getAttribute('aria-invalid')).to.equal('true')
    expect(await key.getAttribute('aria-invalid')).to.equal(null)
    await vin.fill('')
    await form.getByRole('button', { name: 'Create' }).click()
    await shows(form.getByRole('textbox', { name: 'Key', description: /"taken-1" is taken/ }))
    expect(await key.getAttribute('aria-invalid')).to.equal('true')
    expect(await vin.getAttribute('aria-invalid')).to.equal(null)
    expect(await key.inputValue()).to.equal('taken-1')
  })

  it("a form shows users their own groups, and an error for another user's group", async () => {
    const [user, other] = [await stage().addUser('user'), await stage().addUser('user')]
    await make('/api/vehicles', { key: 'admins-van', group: 'admins' })
    const as = async ({ email, password }: StageUser) =>
      String((await make('/api/login', { email, password })).body.token)
    const token = await as(user)
    const post = (key: string, group: string, by: string) =>
      stage().call('POST', '/api/vehicles', { body: { key, group }, token: by })
    await post('kept-van', 'kept', token)
    await post('lent-van', 'lent', await as(other))
    await make('/api/grants', { user: user.id, group: 'lent' })
    const page = await stage().visit({ as: user, path: '/admin/groups', expected: [REFUSED] })
    await shows(page.getByRole('row', { name: /^kept You 1/ }))
    await shows(page.getByRole('row', { name: /^lent Another user 1/ }))
    expect(await page.getByRole('table', { name: 'Groups' }).getByRole('row').count()).to.equal(3)
    expect(await page.getByRole('button', { name: /^Change the owner/ }).count()).to.equal(0)

    await page.getByRole('tab', { name: 'Vehicles' }).click()
    await page.getByRole('button', { name: 'New vehicle' }).click()
    const form = dialogOf(page, 'New vehicle')
    await form.getByLabel('Key').fill('intruder')
    await form.getByLabel('Group').fill('lent')
    await form.getByRole('button', { name: 'Create' }).click()
    await shows(
      form.getByRole('combobox', { name: 'Group', description: /"lent" is a group of another user/ }),
    )
  })

  it('a group can be given to another owner', async () => {
    const user = await stage().addUser('user')
    await make('/api/vehicles', { key: 'given-van', group: 'given' })
    const page = await open('/admin/groups')
    await page.getByRole('button', { name: 'Change the owner of given' }).click()
    const form = dialogOf(page, 'Owner of given')
    await form.getByLabel('Owner').selectOption({ label: user.email })
    expect(await seriousIssues(page)).to.deep.equal([])
    await form.getByRole('button', { name: 'Save' }).click()
    await isGone(form)
    await shows(page.getByRole('row').filter({ hasText: 'given' }).filter({ hasText: user.email }))
    const { body } = await stage().call('GET', '/api/groups')
    const given = body.items.find((it: { key: string }) => it.key === 'given')
    expect(given).to.include({ owner: user.id, vehicles: 1 })
  })

  it("a form saves only changed fields, and refuses to overwrite another user's change", async () => {
    await make('/api/vehicles', { key: 'edited', name: 'Old', group: 'north', attributes: { seats: 50 } })
    const page = await open('/admin/vehicles', { expected: [CHANGED_MEANWHILE] })
    await page.getByRole('button', { name: 'Edit edited' }).click()
    const form = dialogOf(page, 'Edit edited')
    const name = form.getByLabel('Name')
    await eventually('the first field has the focus', () =>
      name.evaluate((it) => it === document.activeElement),
    )
    await name.fill('New')
    await stage().call('PATCH', '/api/vehicles/edited', { body: { plate: 'P 1' } })
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByRole('button', { name: 'Load the current version' }).click()
    await eventually(
      'the current version is shown',
      async () => (await form.getByLabel('Plate').inputValue()) === 'P 1',
    )
    await name.fill('New')
    await form.getByLabel('Attributes').fill('seats: 51\ncolour: red')
    await form.getByRole('button', { name: 'Save' }).click()
    await isGone(form)
    const { body } = await stage().call('GET', '/api/vehicles/edited')
    const expected = { name: 'New', plate: 'P 1', group: 'north', attributes: { seats: 51, colour: 'red' } }
    expect(body).to.deep.include(expected)
  })

  it('a vehicle can be deleted, by administrators also with its readings', async () => {
    const tracker = await stage().addTracker({ key: 'scrapped-1' })
    await tracker.publish({ lat: 48.1, lon: 11.6, speed: 5 })
    await make('/api/vehicles', { key: 'kept-1' })
    const page = await open('/admin/vehicles')
    await page.getByRole('button', { name: 'Delete scrapped-1' }).click()
    const form = dialogOf(page, 'Delete scrapped-1')
    await form.getByLabel('Delete them permanently').check()
    await form.getByRole('button', { name: 'Delete the vehicle and its readings' }).click()
    await isGone(page.getByRole('link', { name: 'scrapped-1' }))
    const { body } = await stage().call('GET', '/api/audit-log?subject=vehicle:scrapped-1')
    expect(body.items[0].action).to.equal('vehicle.delete_with_history')
    await page.getByRole('link', { name: 'Map', exact: true }).click()
    await shows(rowOf(page, 'kept-1'))
    await isGone(rowOf(page, 'scrapped-1'))
  })

  it("a generated password works, and a user's grants are one click away", async () => {
    await make('/api/vehicles', { key: 'kims-van', group: 'kims' })
    const page = await open('/admin/users')
    await page.getByRole('button', { name: 'New user' }).click()
    const form = dialogOf(page, 'New user')
    await form.getByLabel('E-mail address').fill('kim@example.com')
    await form.getByRole('button', { name: 'Generate' }).click()
    const password = await form.getByLabel('Password').inputValue()
    await form.getByRole('button', { name: 'Create' }).click()
    const row = page.getByRole('row').filter({ hasText: 'kim@example.com' })
    await row.getByRole('button', { name: 'Grants' }).click()
    await shows(page.getByRole('heading', { name: 'No grants for kim@example.com' }))
    await page.getByRole('button', { name: 'Add a grant' }).click()
    const grant = dialogOf(page, 'New grant')
    // The user is already chosen.
    await grant.getByLabel('Group', { exact: true }).fill('kims')
    await grant.getByRole('button', { name: 'Grant', exact: true }).click()
    await shows(page.getByRole('cell', { name: 'the group kims', exact: true }))
    const theirs = await stage().visit({ as: { id: 0, email: 'kim@example.com', password } })
    await shows(rowOf(theirs, 'kims-van'))
  })

  it('a token can be copied by an accessible button', async () => {
    await make('/api/devices', { key: 'copied-1' })
    const page = await open('/admin/tokens?device=copied-1')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Issue a token' }).click()
    await page.getByRole('button', { name: 'Issue the token' }).click()
    const dialog = dialogOf(page, 'Token of copied-1')
    await dialog.getByRole('button', { name: 'Copy token' }).click()
    await shows(page.getByText('Token copied'))
    const token = await dialog.getByRole('textbox', { name: 'Token' }).textContent()
    expect(await page.evaluate(() => navigator.clipboard.readText())).to.equal(token)
    expect(token).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(await seriousIssues(page)).to.deep.equal([])
  })
})
