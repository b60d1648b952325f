import type { Page } from 'playwright-core'
import { ADMIN_SECTIONS, VEHICLE_TABS, vehiclePath } from '../../../dashboard/routing/routes.ts'

export interface View {
  name: string
  path: string
  /** visited without a login */
  isPublic?: boolean
  /** The view changes how its page reaches the servers, and needs a page of its own. */
  isAlone?: boolean
  /** Brings the view about once the page is open. */
  arrange?: (page: Page) => Promise<void>
}

/** Every view with an address, and the dialogs that open over one. `vehicle` is the key of the vehicle whose panel is open. */
export function viewsOf(vehicle: string): View[] {
  return [
    { name: 'login', path: '/', isPublic: true },
    { name: 'map', path: '/' },
    { name: 'list', path: '/?list=1' },
    { name: 'list-filtered', path: '/?state=moving&list=1' },
    { name: 'list-nothing-found', path: '/?q=nothing-has-this-name&list=1' },
    ...VEHICLE_TABS.map((tab) => ({ name: `vehicle-${tab}`, path: vehiclePath(vehicle, tab) })),
    { name: 'vehicle-missing', path: vehiclePath('no-such-vehicle') },
    { name: 'overview', path: '/overview' },
    ...ADMIN_SECTIONS.map((section) => ({ name: `admin-${section}`, path: `/admin/${section}` })),
    { name: 'settings', path: '/settings' },
    { name: 'missing', path: '/there/is/no/such/view' },
    ...DIALOGS.map(([name, path, ...buttons]) => ({ name, path, arrange: pressing(buttons) })),
    { name: 'not-live', path: '/', isAlone: true, arrange: withoutBroker },
    { name: 'session-over', path: vehiclePath(vehicle), isAlone: true, arrange: endSession },
  ]
}

/** Name, path, and the buttons that are pressed in turn. */
const DIALOGS: [name: string, path: string, ...buttons: (string | RegExp)[]][] = [
  ['dialog-new-vehicle', '/admin/vehicles', 'New vehicle'],
  ['dialog-edit-vehicle', '/admin/vehicles', 'Edit truck-02'],
  ['dialog-delete-vehicle', '/admin/vehicles', 'Delete truck-02'],
  ['dialog-import', '/admin/vehicles', 'Import CSV'],
  ['dialog-group-owner', '/admin/groups', /^Change the owner of /],
  ['dialog-new-device', '/admin/devices', 'New device'],
  ['dialog-delete-device', '/admin/devices', /^Delete /],
  ['dialog-new-token', '/admin/devices', 'New token'],
  ['dialog-token', '/admin/devices', 'New token', 'Issue the token'],
  ['dialog-new-user', '/admin/users', 'New user'],
  ['dialog-new-grant', '/admin/grants', 'New grant'],
  ['dialog-log-out-everywhere', '/settings', /^Log out everywhere/],
]

function pressing(buttons: (string | RegExp)[]) {
  return async (page: Page) => {
    for (const name of buttons) await page.getByRole('button', { name }).first().click()
    await page.getByRole('dialog').waitFor()
  }
}

async function withoutBroker(page: Page): Promise<void> {
  await page.routeWebSocket(/.*/, (it) => it.close())
  await page.reload()
  await page.getByText(/^Not live \(/).waitFor()
}

async function endSession(page: Page): Promise<void> {
  await page.route(/\/api\//, (it) => it.fulfill({ status: 401, json: { status: 401, title: 'logged out' } }))
  // Not with the mouse: another request may already have opened the dialog.
  await page.getByRole('tab', { name: 'Commands' }).dispatchEvent('click')
  await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
}

export const VIEWPORTS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const
export const THEMES = ['light', 'dark'] as const

/** Waits until a view has loaded. */
export async function untilShown(page: Page): Promise<void> {
  await page.getByRole('heading').or(page.getByRole('listbox')).first().waitFor()
  await page.waitForFunction(
    () => ![...document.querySelectorAll('[role=status]')].some((it) => /Loading/.test(it.textContent)),
  )
}
