import type { Column } from './columns.ts'
import type { HistoryFilter } from './history-filter.ts'
import { readLines, type Ask, type LineFormat } from './queries/export-lines.ts'
import type { Vehicle } from './queries/history-filter.ts'

export type ExportFormat = 'csv' | 'ndjson' | 'geojson' | 'geojson-lines' | 'gpx'

/** A file of one format: what is around the vehicles, and around the lines of each. */
interface Frame {
  type: string
  extension: string
  line: LineFormat
  begin: (columns: readonly Column[]) => string
  end: string
  /** before and behind a vehicle's lines; `isFirst` is that of the file. A vehicle without lines has neither. */
  beginVehicle: (vehicle: Vehicle, isFirst: boolean, isOnlyLine: boolean) => string
  endVehicle: (vehicle: Vehicle, isOnlyLine: boolean) => string
  /** Characters that the first line has too many: the comma that is before each. */
  skip: 'in-file' | 'in-vehicle' | 'nowhere'
}

const nothing = () => ''
const collection = { begin: () => '{"type":"FeatureCollection","features":[\n', end: ']}\n' }

export const FRAMES: Record<ExportFormat, Frame> = {
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    line: 'csv',
    begin: (columns) => `${['vehicle', 'time', ...columns].join(',')}\n`,
    end: '',
    beginVehicle: nothing,
    endVehicle: nothing,
    skip: 'nowhere',
  },
  ndjson: {
    type: 'application/x-ndjson',
    extension: 'ndjson',
    line: 'ndjson',
    begin: nothing,
    end: '',
    beginVehicle: nothing,
    endVehicle: nothing,
    skip: 'nowhere',
  },
  geojson: {
    ...collection,
    type: 'application/geo+json',
    extension: 'geojson',
    line: 'feature',
    beginVehicle: nothing,
    endVehicle: nothing,
    skip: 'in-file',
  },
  'geojson-lines': {
    ...collection,
    type: 'application/geo+json',
    extension: 'geojson',
    line: 'coordinate',
    // RFC 7946, section 3.1.4: a line has two positions or more.
    beginVehicle: (_vehicle, isFirst, isOnlyLine) =>
      `${isFirst ? '' : ','}{"type":"Feature","geometry":{"type":${
        isOnlyLine ? '"Point","coordinates":' : '"LineString","coordinates":['
      }\n`,
    endVehicle: ({ key }, isOnlyLine) => `${isOnlyLine ? '' : ']'}},"properties":{"vehicle":"${key}"}}\n`,
    skip: 'in-vehicle',
  },
  gpx: {
    type: 'application/gpx+xml',
    extension: 'gpx',
    line: 'track-point',
    begin: () =>
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<gpx version="1.1" creator="Fleetwire" xmlns="http://www.topografix.com/GPX/1/1">\n',
    end: '</gpx>\n',
    // The pattern of keys leaves nothing to be escaped.
    beginVehicle: ({ key }) => `<trk><name>${key}</name><trkseg>\n`,
    endVehicle: () => '</trkseg></trk>\n',
    skip: 'nowhere',
  },
}

/** The file, vehicle by vehicle and each in order of time, in chunks of a few megabytes at most. */
export async function* writeExport(
  ask: Ask,
  vehicles: readonly Vehicle[],
  filter: HistoryFilter,
  { format, isRaw }: { format: ExportFormat; isRaw: boolean },
): AsyncGenerator<string> {
  const frame = FRAMES[format]
  let before = frame.begin(filter.columns)
  let isFirst = true
  for (const vehicle of vehicles) {
    let isBegun = false
    let isOnlyLine = false
    for await (const { text, count } of readLines(ask, vehicle, filter, frame.line, isRaw)) {
      if (!isBegun) {
        isOnlyLine = count === 1
        before += frame.beginVehicle(vehicle, isFirst, isOnlyLine)
      }
      const isSkipped =
        frame.skip === 'in-vehicle' ? !isBegun : frame.skip === 'in-file' && isFirst && !isBegun
      yield before + (isSkipped ? text.slice(1) : text)
      isBegun = true
      before = ''
    }
    if (!isBegun) continue
    isFirst = false
    before = frame.endVehicle(vehicle, isOnlyLine)
  }
  const rest = before + frame.end
  if (rest !== '') yield rest
}
