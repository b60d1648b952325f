import { ROW_COLUMNS } from '../../../broker/ingest/row-buffer.ts'
import type { Values } from './oracle.ts'

export interface CopiedRow {
  vehicleId: bigint
  deviceId: bigint
  timeUs: bigint
  receivedUs: bigint
  values: Values
}

const PG_EPOCH_US = 946_684_800_000_000n
/** Columns before the first number, and those after the last: ignition, status, seq and extra. */
const NUMBERS = ROW_COLUMNS.slice(4, -4)
const HEADER_BYTES = 19

/** The rows in the data of a binary COPY to `telemetry`, as PostgreSQL reads them; throws on any deviation. */
export function readRows(data: Buffer): CopiedRow[] {
  let at = HEADER_BYTES
  const rows: CopiedRow[] = []
  while (data.readInt16BE(at) !== -1) {
    if (data.readInt16BE(at) !== 4 + NUMBERS.length + 4) throw new Error('not the columns of telemetry')
    at += 2
    const [vehicleId, time, received, deviceId] = [int(), int(), int(), int()]
    if (vehicleId === undefined || time === undefined || received === undefined || deviceId === undefined)
      throw new Error('null where it may not be')
    const values: Record<string, Values[string] | undefined> = {}
    for (const name of NUMBERS) values[name] = field(8)?.readDoubleBE()
    values['ignition'] = [false, true][field(1)?.readUInt8() ?? 2]
    values['status'] = utf8(field())
    const seq = int()
    values['seq'] = seq === undefined ? undefined : Number(seq)
    const json = field()
    if (json !== undefined) {
      if (json[0] !== 1) throw new Error('not version 1 of jsonb')
      // A number too close to 0 for a double is 0 here, without a sign.
      values['extra'] = JSON.parse(JSON.stringify(JSON.parse(utf8(json.subarray(1)) ?? ''))) as object
    }
    const present = Object.entries(values).filter(([, value]) => value !== undefined) as [
      string,
      Values[string],
    ][]
    rows.push({
      vehicleId,
      deviceId,
      timeUs: time + PG_EPOCH_US,
      receivedUs: received + PG_EPOCH_US,
      values: Object.fromEntries(present),
    })
  }
  if (at + 2 !== data.length) throw new Error('bytes after the end')
  return rows

  function field(bytes?: number): Buffer | undefined {
    const length = data.readInt32BE(at)
    at += 4
    if (length === -1) return undefined
    if (length < 0 || (bytes !== undefined && length !== bytes)) throw new Error(`a field of ${length} bytes`)
    at += length
    if (at > data.length) throw new Error('a field beyond the end')
    return data.subarray(at - length, at)
  }

  function int(): bigint | undefined {
    return field(8)?.readBigInt64BE()
  }
}

function utf8(bytes: Buffer | undefined): string | undefined {
  return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}
