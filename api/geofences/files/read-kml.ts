import sax, { type Tag } from 'sax'
import { messageOf } from '../../../kit/errors.ts'
import { DEPTH_MAX, type FileFeature, type FileGeometry } from './file-feature.ts'

/** An element that is open, and the text in it so far. */
interface Open {
  name: string
  text: string
  /** of `Data` and `SimpleData` */
  attribute: string | undefined
}

interface Placemark {
  id: string | undefined
  properties: Record<string, unknown>
  geometries: FileGeometry[]
  /** rings of the polygon that is open, the outer one first */
  rings: unknown[][]
  /** positions of the last `coordinates` */
  positions: unknown[]
}

/** Properties that are numbers in a geofence; KML has only text. */
const NUMBERS = new Set(['radius_m', 'width_m', 'hysteresis_m', 'speed_limit'])

/**
 * Reads the Placemarks of a KML file (OGC 12-007r2), in any namespace, folder and document. A document type is refused,
 * and with it entities of a file's own: they can expand to any size, or name other files.
 */
export function readKml(text: string): { features: FileFeature[] } | { detail: string } {
  const features: FileFeature[] = []
  const open: Open[] = []
  let placemark: Placemark | undefined
  const parser = new sax.SAXParser(true)
  const stop = (detail: string) => {
    throw new KmlFault(`the body is not KML: ${detail} at line ${parser.line + 1}`)
  }

  Object.assign(parser, {
    onerror: ({ message }: Error) => stop(message.split('\n')[0] ?? 'a syntax error'),
    ondoctype: () => stop('a document type is not allowed'),
    onopentag: openElement,
    ontext: addText,
    oncdata: addText,
    onclosetag: endElement,
  })
  try {
    parser.write(text.replace(/^\ufeff/, '')).close()
  } catch (error) {
    if (error instanceof KmlFault) return { detail: error.message }
    throw error
  }
  return { features }

  function openElement({ name, attributes }: Tag): void {
    const local = localName(name)
    if (open.length === 0 && local !== 'kml') stop(`the root element is ${local.slice(0, 64)} instead of kml`)
    if (open.length >= DEPTH_MAX) stop('elements are nested too deeply')
    if (local === 'Placemark') {
      if (placemark) stop('a Placemark is in a Placemark')
      const id = textOf(attributes['id'])
      placemark = { id, properties: {}, geometries: [], rings: [], positions: [] }
    }
    open.push({ name: local, text: '', attribute: textOf(attributes['name']) })
  }

  function endElement(): void {
    const element = open.pop()
    if (element === undefined || placemark === undefined) return
    if (element.name === 'Placemark') {
      const { id, properties, geometries } = placemark
      features.push({ pointer: `/placemarks/${features.length}`, id, properties, geometries })
      placemark = undefined
    } else closeElement(placemark, element, open)
  }

  function addText(part: string): void {
    const element = open.at(-1)
    if (element && placemark) element.text += part
  }
}

class KmlFault extends Error {}

function closeElement(placemark: Placemark, { name, text, attribute }: Open, open: readonly Open[]): void {
  const parent = open.at(-1)
  switch (name) {
    case 'name':
      if (parent?.name === 'Placemark') placemark.properties['name'] ??= text.trim()
      return
    case 'value':
      if (parent?.name === 'Data') addProperty(placemark, parent.attribute, text)
      return
    case 'SimpleData':
      addProperty(placemark, attribute, text)
      return
    case 'coordinates':
      placemark.positions = positionsOf(text)
      return
    case 'LinearRing':
      if (parent?.name === 'outerBoundaryIs') placemark.rings.unshift(placemark.positions)
      else if (parent?.name === 'innerBoundaryIs') placemark.rings.push(placemark.positions)
      return
    case 'Point':
      placemark.geometries.push({ type: name, coordinates: placemark.positions[0] })
      return
    case 'LineString':
      placemark.geometries.push({ type: name, coordinates: placemark.positions })
      return
    case 'Polygon': {
      const isOneOfMany = open.some((it) => it.name === 'MultiGeometry')
      placemark.geometries.push(
        isOneOfMany
          ? { type: 'MultiPolygon', coordinates: [placemark.rings] }
          : { type: name, coordinates: placemark.rings },
      )
      placemark.rings = []
    }
  }
}

function addProperty({ properties }: Placemark, name: string | undefined, value: string): void {
  const text = value.trim()
  if (name === undefined || text === '') return
  if (NUMBERS.has(name)) properties[name] = Number(text)
  else properties[name] = name === 'schedule' ? readSchedule(text) : text
}

/** The export writes a schedule as JSON. */
function readSchedule(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    return messageOf(error)
  }
}

/** `lon,lat[,altitude]`, separated by blanks. What is not a number becomes one that is refused with its place. */
function positionsOf(text: string): unknown[] {
  return text
    .split(/\s+/)
    .filter((it) => it !== '')
    .map((it) => it.split(',').map((part) => (part === '' ? NaN : Number(part))))
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
