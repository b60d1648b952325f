import type { Page } from 'playwright-core'
import { toScreen } from '../../../dashboard/map/camera/camera.ts'
import { xOfLon, yOfLat } from '../../../dashboard/map/camera/mercator.ts'
import { eventually } from '../../support/eventually.ts'
import { mapRegion } from './page-parts.ts'

export interface Place {
  lat: number
  lon: number
}

const ZOOM = 12
/** Long enough for software rendering on a busy machine. */
const FIND_MS = 20_000
/** Wait for a tooltip. */
const TIP_MS = 500

/** The query that starts the map at a place. */
export const mapAt = ({ lat, lon }: Place) => `map=${ZOOM}/${lat}/${lon}`

/** Moves the mouse over a place of a map that was started with `mapAt(middle)`. */
export async function pointAt(page: Page, middle: Place, place: Place): Promise<void> {
  const box = await mapRegion(page).boundingBox()
  if (!box) throw new Error('there is no map')
  const { width, height } = box
  const camera = { x: xOfLon(middle.lon), y: yOfLat(middle.lat), zoom: ZOOM, bearing: 0, width, height }
  const { x, y } = toScreen(camera, xOfLon(place.lon), yOfLat(place.lat))
  // Away first, so that the move is noticed even if the mouse was already there.
  await page.mouse.move(box.x + x + 40, box.y + y + 40)
  await page.mouse.move(box.x + x, box.y + y)
}

/** Points at a place again and again until the map shows the text: at first, the map may not be drawn yet. */
export async function findsAt(page: Page, middle: Place, place: Place, text: string): Promise<void> {
  const tip = mapRegion(page).getByText(text).first()
  await eventually(
    `${text} on the map`,
    async () => {
      await pointAt(page, middle, place)
      return tip.waitFor({ timeout: TIP_MS }).then(
        () => true,
        () => false,
      )
    },
    FIND_MS,
  )
}
