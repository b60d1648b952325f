import { expect } from 'chai'
import { isGone, shows, vehicleList } from './page-parts.ts'
import { useStage } from './use-stage.ts'

const REFUSED = /status of 401 .*\/api\/login$/
/** The page after the logout checks whether the browser is logged in. */
const LOGGED_OUT = /status of 401 .*\/api\/session$/

describe('the login in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()

  it('the login refuses a wrong password with a message, then accepts the right one', async () => {
    const { admin } = stage()
    const page = await stage().visit({ expected: [REFUSED] })
    const logIn = async (password: string) => {
      await page.getByLabel('E-mail').fill(admin.email)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Log in' }).click()
    }
    await logIn('not the password')
    await shows(page.getByRole('alert').filter({ hasText: 'wrong' }))
    await logIn(admin.password)
    await shows(page.getByRole('navigation', { name: 'Views' }))
    await isGone(page.getByLabel('Password'))
  })

  it('a login survives a reload and ends with a logout', async () => {
    const page = await stage().visit({ as: stage().admin, expected: [LOGGED_OUT], hasWebGl: false })
    await shows(page.getByRole('navigation', { name: 'Views' }))
    await page.reload()
    await page.getByRole('button', { name: `Account of ${stage().admin.email}` }).click()
    await page.getByRole('button', { name: 'Log out' }).click()
    await shows(page.getByLabel('Password'))
  })

  it('a login leads to the requested address', async () => {
    const { admin } = stage()
    const page = await stage().visit({ path: '/overview' })
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.keyboard.press('Enter')
    await shows(page.getByRole('heading', { name: 'Overview' }))
    expect(new URL(page.url()).pathname).to.equal('/overview')
  })

  it('an empty list offers to add the first vehicle', async () => {
    const page = await stage().visit({ as: stage().admin, hasWebGl: false })
    await shows(page.getByRole('heading', { name: 'No vehicles yet' }))
    await page.getByRole('button', { name: 'Add a vehicle' }).click()
    await shows(page.getByRole('heading', { name: 'Administration' }))
    await isGone(vehicleList(page))
  })
})
