import type { Locator, Page } from 'playwright-core'

/** Parts of the page, found by their accessible names. */
export const searchField = (page: Page) => page.getByRole('searchbox', { name: 'Search vehicles' })
export const vehicleList = (page: Page) => page.getByRole('listbox', { name: 'Vehicles' })
export const rowOf = (page: Page, vehicle: string) =>
  vehicleList(page).getByRole('option').filter({ hasText: vehicle })
export const stateChip = (page: Page, state: string) =>
  page.getByRole('group', { name: 'States' }).getByRole('button', { name: state })
export const panelOf = (page: Page, vehicle: string) =>
  page.getByRole('region', { name: `Vehicle ${vehicle}`, exact: true })
export const mapRegion = (page: Page) => page.getByRole('region', { name: 'Map', exact: true })

/** Fails unless the element becomes visible in time. */
export async function shows(locator: Locator, withinMs = 20_000): Promise<void> {
  await locator.first().waitFor({ timeout: withinMs })
}

export async function isGone(locator: Locator, withinMs = 20_000): Promise<void> {
  await locator.first().waitFor({ state: 'hidden', timeout: withinMs })
}
