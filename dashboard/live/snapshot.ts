import type { VehicleSnapshot } from './vehicle-table.ts'

const PAGE_SIZE = 10_000
/** Enough for 200,000 vehicles. */
const PAGES_MAX = 20

interface Page {
  items: VehicleSnapshot[]
  next_cursor: string | null
}

/**
 * Every vehicle that the user may see, from GET /api/live, page by page.
 * @throws Error if the request fails
 */
export async function fetchSnapshot(
  fetch: (request: Request) => Promise<Response>,
  origin: string,
  signal: AbortSignal,
): Promise<VehicleSnapshot[]> {
  const vehicles: VehicleSnapshot[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const url = `${origin}/api/live?limit=${PAGE_SIZE}${after}`
    const response = await fetch(new Request(url, { signal }))
    if (!response.ok) throw new Error(`the API responded with status ${response.status}`)
    const page = (await response.json()) as Page
    for (const it of page.items) vehicles.push(it)
    cursor = page.next_cursor
    if (cursor === null) break
  }
  return vehicles
}
