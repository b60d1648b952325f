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
/** For a map of software rendering on a machine that does other things, too. */
const FIND_MS = 20_000
/** For what is said of a place that is pointed at. */
const TIP_MS = 500

/** The query with which the map begins at a place. */
export const mapAt = ({ lat, lon }: Place) => `map=${ZOOM}/${lat}/${lon}`

/** Moves the mouse over a place of a map that is as `mapAt(middle)` says. */
export async function pointAt(page: Page, middle: Place, place: Place): Promise<void> {
  const box = await mapRegion(page).boundingBox()
  if (!box) throw new Error('there is no map')
  const { width, height } = box
  const camera = { x: xOfLon(middle.lon), y: yOfLat(middle.lat), zoom: ZOOM, bearing: 0, width, height }
  const { x, y } = toScreen(camera, xOfLon(place.lon), yOfLat(place.lat))
  // Off and on again, so that it is noticed even if the mouse was there.
  await page.mouse.move(box.x + x + 40, box.y + y + 40)
  await page.mouse.move(box.x + x, box.y + y)
}

/**
 * Points at a place until the map says this about it: the first time, the map may not be drawn yet, and a mouse that rests is
 * not noticed again.
 */
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
