/** Maximum of characters of a name. */
const NAME_CHARACTERS_MAX = 200
/** Nominatim's and Photon's names of settlements, and of areas that are used without a smaller name. */
const SETTLEMENTS = ['city', 'town', 'village', 'hamlet', 'municipality']
const AREAS = ['suburb', 'district', 'county', 'state']

type Fields = Readonly<Record<string, unknown>>

/**
 * The name in a reply of Nominatim (`format=jsonv2` or `geocodejson`) or Photon: a place or an address, and its
 * settlement. `null` if the reply has no name.
 * @throws Error if the reply is of another kind
 */
export function readGeocoderReply(reply: unknown): string | null {
  if (!isObject(reply)) throw new Error('the reply is not an object')
  if ('features' in reply) return readFeatures(reply['features'])
  if ('error' in reply && !('address' in reply)) {
    if (/unable to geocode/i.test(textOf(reply['error']) ?? '')) return null
    throw new Error(`the reply is an error: ${JSON.stringify(reply['error']).slice(0, NAME_CHARACTERS_MAX)}`)
  }
  if (!('address' in reply) && !('display_name' in reply))
    throw new Error('the reply is not of Nominatim (format=jsonv2) or Photon')
  return readAddress(reply)
}

function readAddress(reply: Fields): string | null {
  const address = isObject(reply['address']) ? reply['address'] : {}
  const street = streetOf(address['road'], address['house_number'])
  return nameOf(textOf(reply['name']) ?? street, address) ?? clean(reply['display_name'])
}

function readFeatures(features: unknown): string | null {
  const [feature] = Array.isArray(features) ? (features as unknown[]) : []
  if (feature === undefined) return null
  const properties = isObject(feature) ? feature['properties'] : undefined
  if (!isObject(properties)) throw new Error('the reply has a feature without properties')
  if (isObject(properties['address'])) return readAddress(properties)
  const fields = isObject(properties['geocoding']) ? properties['geocoding'] : properties
  const street = streetOf(fields['street'], fields['housenumber'])
  return nameOf(textOf(fields['name']) ?? street, fields) ?? clean(fields['label'])
}

function nameOf(place: string | undefined, fields: Fields): string | null {
  const first = (keys: readonly string[]) =>
    keys.map((it) => textOf(fields[it])).find((it) => it !== undefined)
  const settlement = first(SETTLEMENTS) ?? (place === undefined ? first(AREAS) : undefined)
  const parts = [place, settlement === place ? undefined : settlement].filter((it) => it !== undefined)
  return parts.length === 0 ? null : clean(parts.join(', '))
}

function streetOf(street: unknown, number: unknown): string | undefined {
  const name = textOf(street)
  return name === undefined ? undefined : [name, textOf(number)].filter(Boolean).join(' ')
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** Without characters that a column cannot hold or that change the direction or line of other text. */
function clean(value: unknown): string | null {
  const text = textOf(value)?.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
  if (text === undefined || text === '') return null
  return Array.from(text).slice(0, NAME_CHARACTERS_MAX).join('')
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
