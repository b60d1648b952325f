import type { App, TrackPoint } from '../../app-context.ts'
import type { Basemap } from '../basemap/basemap.ts'
import type { CameraMover } from '../camera/camera-mover.ts'
import type { FleetLayer } from '../fleet/fleet-layer.ts'
import { interpolateTrack } from '../track/interpolate-track.ts'
import { xOfLon, yOfLat } from '../camera/mercator.ts'
import { trackLine } from '../track/track-line.ts'

const FIT_ZOOM_MAX = 16

/** An effect that gives the layer the replay's track, shows all of it once, and then keeps a followed vehicle in view. */
export function watchReplay(
  app: Pick<App, 'replay' | 'followed'>,
  layer: FleetLayer,
  basemap: Basemap,
  mover: CameraMover,
): () => void {
  let vehicle: string | undefined
  let points: readonly TrackPoint[] | undefined
  let fitted = ''
  return () => {
    const replay = app.replay.value
    // The vehicle's current position is hidden during its replay.
    if (replay?.vehicle !== vehicle) layer.refresh()
    vehicle = replay?.vehicle
    if (replay?.track !== points) layer.track = replay && trackLine(replay.track)
    points = replay?.track
    layer.invalidate()
    if (replay === undefined || layer.track === undefined) {
      fitted = ''
      return
    }
    // The track may grow later.
    const name = `${replay.vehicle} ${layer.track.startMs}`
    if (fitted !== name) {
      fitted = name
      mover.fit(layer.track.bounds, FIT_ZOOM_MAX)
      return
    }
    if (app.followed.peek() !== replay.vehicle || basemap.isHeld()) return
    const at = interpolateTrack(replay.track, replay.atMs)
    const place = at && { x: xOfLon(at.lon), y: yOfLat(at.lat) }
    if (place && !mover.sees(place)) mover.show(place)
  }
}
