/** Every view has an address, for the browser's history and bookmarks. */
export type Route =
  | { view: 'map'; vehicle: string | undefined; tab: VehicleTab; query: URLSearchParams }
  | { view: 'overview'; query: URLSearchParams }
  | { view: 'admin'; section: AdminSection; query: URLSearchParams }
  | { view: 'settings'; query: URLSearchParams }
  | { view: 'missing'; path: string; query: URLSearchParams }

export const VEHICLE_TABS = ['now', 'history', 'replay', 'events', 'commands', 'data'] as const
export type VehicleTab = (typeof VEHICLE_TABS)[number]

export const ADMIN_SECTIONS = ['vehicles', 'groups', 'devices', 'tokens', 'users', 'grants', 'audit'] as const
export type AdminSection = (typeof ADMIN_SECTIONS)[number]

/**
 * The route of an address. `/` is the map, `/vehicles/{key}` the map with a vehicle's panel, `/vehicles/{key}/{tab}` with a tab
 * of the panel. Others: `/overview`, `/admin/{section}`, `/settings`. Each keeps the query with the filters `q`, `state`, `group`.
 */
export function parseRoute(path: string, search: string): Route {
  const query = new URLSearchParams(search)
  const [first = '', second = '', third = '', ...rest] = path.split('/').filter((it) => it !== '')
  if (rest.length > 0) return { view: 'missing', path, query }
  if (first === '') return { view: 'map', vehicle: undefined, tab: 'now', query }
  if (first === 'vehicles' && second !== '') {
    const tab = VEHICLE_TABS.find((it) => it === (third || 'now'))
    if (tab !== undefined) return { view: 'map', vehicle: second, tab, query }
  }
  if (first === 'overview' && second === '') return { view: 'overview', query }
  if (first === 'settings' && second === '') return { view: 'settings', query }
  if (first === 'admin' && third === '') {
    const section = ADMIN_SECTIONS.find((it) => it === (second || 'vehicles'))
    if (section !== undefined) return { view: 'admin', section, query }
  }
  return { view: 'missing', path, query }
}

/** The path of a vehicle's panel. A key needs no escaping. */
export function vehiclePath(key: string, tab: VehicleTab = 'now'): string {
  return tab === 'now' ? `/vehicles/${key}` : `/vehicles/${key}/${tab}`
}
