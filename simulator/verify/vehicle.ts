import { formatTime } from '../../contract/time.ts'
import { append } from './append.ts'
import { findGap } from './gap.ts'
import { countDemanded } from './instant.ts'
import { checkOfLetters } from './letters.ts'
import { compareReadings, timeOf, type SentReading, type StoredReading } from './readings.ts'
import type { Check } from './settle.ts'
import { cutSlices, type Slice, type TimedRef } from './slices.ts'
import type { Work } from './work.ts'

/** Readings that are in memory at once, for each vehicle that is being compared; also the API's page. */
const SLICE_READINGS = 5000

/**
 * Compares everything of one vehicle, except dead letters if a device was moved out of or into it. Throws `api_refused`,
 * `api_unreachable`.
 * @param final whether missing data is reported; otherwise it is left to the returned check
 */
export async function verifyVehicle(vehicle: string, work: Work, final: boolean): Promise<Check | undefined> {
  const letters = work.placement.touched.has(vehicle) ? [] : [checkOfLetters([vehicle], work)]
  return inTurn([...checksOfReadings(vehicle, work), ...letters], final)
}

/** All checks of a vehicle as one, so that at most `VEHICLES_AT_ONCE` vehicles are in memory. */
async function inTurn(checks: readonly Check[], final: boolean): Promise<Check | undefined> {
  const left: Check[] = []
  for (const check of checks) {
    const again = await check(final)
    if (again) left.push(again)
  }
  return left.length > 0 ? (final) => inTurn(left, final) : undefined
}

/** A check for each slice of the readings that must be stored. */
function checksOfReadings(vehicle: string, work: Work): Check[] {
  const { placement, read } = work
  const readings: TimedRef[] = []
  for (const message of placement.messagesOf(vehicle)) {
    const line = read(message)
    for (const reading of line.stored) {
      const us = timeOf(reading)
      if (placement.vehicleOf(line.device, line.vehicle, us) === vehicle) readings.push({ us, message })
    }
  }
  return cutSlices(readings, SLICE_READINGS).map(
    (slice) => (final) => verifySlice(vehicle, slice, work, final),
  )
}

/** Compares the stored readings. The span from the first to the last missing reading is left to the next check. */
async function verifySlice(
  vehicle: string,
  slice: Slice,
  work: Work,
  final: boolean,
): Promise<Check | undefined> {
  const { api, findings, totals } = work
  const sent = sentWithin(vehicle, slice, work)
  const range = { from: formatTime(slice.fromUs), to: formatTime(slice.toUs), limit: SLICE_READINGS }
  const stored: StoredReading[] = []
  for await (const it of api.listReadings(vehicle, range)) stored.push(it)

  const found = compareReadings(vehicle, sent, stored)
  const gap = final ? undefined : findGap(slice, found)
  const isJudged = (us: number) => gap === undefined || us < gap.fromUs || us >= gap.toUs
  for (const [us, readings] of sent) if (isJudged(us)) totals.readingsExpected += countDemanded(readings)
  totals.readingsStored += stored.filter((it) => isJudged(timeOf(it))).length
  for (const { us, ...finding } of found) if (isJudged(us)) findings.add(finding)
  return gap && ((final) => verifySlice(vehicle, gap, work, final))
}

function sentWithin(vehicle: string, slice: Slice, { placement, read }: Work): Map<number, SentReading[]> {
  const sent = new Map<number, SentReading[]>()
  for (const message of slice.messages) {
    const { stored, device, vehicle: sentTo } = read(message)
    for (const reading of stored) {
      const us = timeOf(reading)
      if (us < slice.fromUs || us >= slice.toUs) continue
      if (placement.vehicleOf(device, sentTo, us) !== vehicle) continue
      append(sent, us, { reading, device, acked: message.acked })
    }
  }
  return sent
}
