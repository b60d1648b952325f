/** What filters the fleet; it goes along from view to view. */
const FILTERS = ['q', 'state', 'group'] as const

/** The address for going to `path` from where the query is `search`: with its filters, unless the path has its own query. */
export function resolvePath(path: string, search: string): string {
  if (path.includes('?')) return path
  const [bare = '', hash] = path.split('#', 2)
  const now = new URLSearchParams(search)
  const kept = new URLSearchParams(FILTERS.flatMap((name) => now.getAll(name).map((it) => [name, it])))
  const query = kept.size > 0 ? `?${kept.toString()}` : ''
  return `${bare}${query}${hash === undefined ? '' : `#${hash}`}`
}
