import { useEffect, useRef } from 'preact/hooks'
import { vehicleTopic } from '../../../contract/topics.ts'
import { useApp } from '../../app-context.ts'
import { decodeReadings, type PanelReading } from '../fields/decode-readings.ts'

/** Readings are batched, so that a device that sends ten a second is drawn four times. */
const BATCH_MS = 250
/** Readings of a batch; beyond, the oldest are dropped. */
const BATCH_READINGS_MAX = 5000

/**
 * Passes on the readings of a vehicle as they come. `onGap` is called after a lost connection is restored: the readings sent
 * meanwhile must be requested.
 */
export function useVehicleFeed(
  vehicle: string,
  onReadings: (readings: PanelReading[]) => void,
  onGap: () => void,
): void {
  const app = useApp()
  const handlers = useRef({ onReadings, onGap })
  handlers.current = { onReadings, onGap }

  useEffect(() => {
    let waiting: PanelReading[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const deliver = () => {
      timer = undefined
      const readings = waiting
      waiting = []
      handlers.current.onReadings(readings)
    }
    const stop = app.follow(vehicleTopic(vehicle, 'telemetry'), (payload) => {
      waiting.push(...decodeReadings(payload, Date.now()))
      if (waiting.length > BATCH_READINGS_MAX) waiting = waiting.slice(-BATCH_READINGS_MAX)
      if (waiting.length > 0) timer ??= setTimeout(deliver, BATCH_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [vehicle])

  const { state } = app.live.value
  const wasLost = useRef(false)
  useEffect(() => {
    if (state === 'reconnecting') wasLost.current = true
    if (state !== 'live' || !wasLost.current) return
    wasLost.current = false
    handlers.current.onGap()
  }, [state])
}
