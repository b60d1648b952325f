import type { Column } from '../history/columns.ts'
import type { HistoryFilter } from '../history/filter.ts'
import type { RunQuery } from '../database/run-query.ts'
import { readLines, type LineFormat } from './queries.ts'
import { sinceSeen, type Vehicle } from '../history/filter-sql.ts'
import { summarizeTrack, type TrackSummary } from './track.ts'

export type ExportFormat = 'csv' | 'ndjson' | 'geojson' | 'geojson-lines' | 'gpx'

/** A file of one format: the text around the vehicles, and around the lines of each vehicle. */
interface Frame {
  type: string
  extension: string
  line: LineFormat
  begin: (columns: readonly Column[]) => string
  end: string
  /**
   * before and after a vehicle's lines; `isFirst` is for the first vehicle of the file. A vehicle without lines has
   * neither.
   */
  beginVehicle: (vehicle: Vehicle, isFirst: boolean, track: TrackSummary) => string
  endVehicle: (vehicle: Vehicle, track: TrackSummary) => string
  /** Superfluous characters at the beginning of the first line: the comma before each line. */
  skip: 'in-file' | 'in-vehicle' | 'nowhere'
}

const GPX = 'http://www.topografix.com/GPX/1/1'
const GPX_TRACK_POINT = 'http://www.garmin.com/xmlschemas/TrackPointExtension/v2'
/** The summary for formats that need not look at the positions first. */
const UNKNOWN_TRACK: TrackSummary = { positions: Infinity, hasAltitudes: false, crosses: false }

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
    beginVehicle: (_vehicle, isFirst, track) => {
      const { type, begin } = geometryOf(track)
      return `${isFirst ? '' : ','}{"type":"Feature","geometry":{"type":"${type}","coordinates":${begin}\n`
    },
    endVehicle: ({ key }, track) => `${geometryOf(track).end}},"properties":{"vehicle":"${key}"}}\n`,
    skip: 'in-vehicle',
  },
  gpx: {
    type: 'application/gpx+xml',
    extension: 'gpx',
    line: 'track-point',
    begin: () =>
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      `<gpx version="1.1" creator="Fleetwire" xmlns="${GPX}" xmlns:gpxtpx="${GPX_TRACK_POINT}" ` +
      `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${GPX} ${GPX}/gpx.xsd ` +
      `${GPX_TRACK_POINT} https://www8.garmin.com/xmlschemas/TrackPointExtensionv2.xsd">\n`,
    end: '</gpx>\n',
    // The pattern of keys leaves nothing to escape.
    beginVehicle: ({ key }) => `<trk><name>${key}</name><trkseg>\n`,
    endVehicle: () => '</trkseg></trk>\n',
    skip: 'nowhere',
  },
}

/** RFC 7946, section 3.1.4: a line has two positions or more; section 3.1.9: it does not cross the 180th meridian. */
function geometryOf({ positions, crosses }: TrackSummary): { type: string; begin: string; end: string } {
  if (positions === 1) return { type: 'Point', begin: '', end: '' }
  return crosses
    ? { type: 'MultiLineString', begin: '[[', end: ']]' }
    : { type: 'LineString', begin: '[', end: ']' }
}

/** The file, vehicle by vehicle and each in order of time, in chunks of a few megabytes at most. */
export async function* writeExport(
  ask: RunQuery,
  vehicles: readonly Vehicle[],
  filter: HistoryFilter,
  { format, isRaw }: { format: ExportFormat; isRaw: boolean },
): AsyncGenerator<string> {
  const frame = FRAMES[format]
  let before = frame.begin(filter.columns)
  let isFirst = true
  for (const vehicle of vehicles) {
    let isBegun = false
    const own = { ...filter, range: sinceSeen(filter.range, vehicle) }
    const track = format === 'geojson-lines' ? await summarizeTrack(ask, vehicle, own) : UNKNOWN_TRACK
    if (track.positions === 0) continue
    for await (const { text } of readLines(ask, vehicle, own, { format: frame.line, isRaw, track })) {
      if (!isBegun) before += frame.beginVehicle(vehicle, isFirst, track)
      const isSkipped =
        frame.skip === 'in-vehicle' ? !isBegun : frame.skip === 'in-file' && isFirst && !isBegun
      yield before + (isSkipped ? text.slice(1) : text)
      isBegun = true
      before = ''
    }
    if (!isBegun) continue
    isFirst = false
    before = frame.endVehicle(vehicle, track)
  }
  const rest = before + frame.end
  if (rest !== '') yield rest
}
