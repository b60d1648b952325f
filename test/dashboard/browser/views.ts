import type { Page } from 'playwright-core'
import { ADMIN_SECTIONS, VEHICLE_TABS, vehiclePath } from '../../../dashboard/routing/routes.ts'

export interface View {
  name: string
  path: string
  /** by nobody who is logged in */
  isPublic?: boolean
}

/** Every view that has an address. `vehicle`: the one whose panel is open. */
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
  ]
}

export const VIEWPORTS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const
export const THEMES = ['light', 'dark'] as const

/** Waits until a view shows what it has to show, and no more that it is loading it. */
export async function untilShown(page: Page): Promise<void> {
  await page.getByRole('heading').or(page.getByRole('listbox')).first().waitFor()
  await page.waitForFunction(
    () => ![...document.querySelectorAll('[role=status]')].some((it) => /Loading/.test(it.textContent)),
  )
}
