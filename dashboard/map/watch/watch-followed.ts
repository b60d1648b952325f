import type { App } from '../../app-context.ts'
import type { Basemap } from '../basemap/basemap.ts'
import type { CameraMover } from '../camera/camera-mover.ts'
import { placeOf } from '../camera/start-camera.ts'

const ZOOM_MIN = 14
/** Duration of a step, in which the map moves as steadily as the vehicle. */
const STEP_MS_MIN = 100
const STEP_MS_MAX = 2000

/** An effect that keeps the followed vehicle in the middle. */
export function watchFollowed(
  app: Pick<App, 'followed' | 'table' | 'replay'>,
  basemap: Basemap,
  mover: CameraMover,
): () => void {
  let before: string | undefined
  let lastMs = 0
  return () => {
    const key = app.followed.value
    void app.table.values.value
    const isNew = key !== before
    before = key
    // During its replay, the vehicle's past is shown.
    if (key === undefined || app.replay.peek()?.vehicle === key || basemap.isHeld()) return
    const place = placeOf(app, key)
    if (place === undefined) return
    const nowMs = performance.now()
    const durationMs = Math.min(Math.max(nowMs - lastMs, STEP_MS_MIN), STEP_MS_MAX)
    lastMs = nowMs
    if (isNew) mover.show(place, { zoomMin: ZOOM_MIN })
    else mover.show(place, { durationMs, isSteady: true })
  }
}
