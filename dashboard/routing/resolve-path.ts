/** The filters of the fleet, which are kept from view to view. */
const FILTERS = ['q', 'state', 'group'] as const

/** The address of a link to `path` on a page with the query `search`: keeps its filters, unless the path has a query. */
export function resolvePath(path: string, search: string): string {
  if (path.includes('?')) return path
  const [bare = '', hash] = path.split('#', 2)
  const now = new URLSearchParams(search)
  const kept = new URLSearchParams(FILTERS.flatMap((name) => now.getAll(name).map((it) => [name, it])))
  const query = kept.size > 0 ? `?${kept.toString()}` : ''
  return `${bare}${query}${hash === undefined ? '' : `#${hash}`}`
}
