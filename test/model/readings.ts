import fc from 'fast-check'

/** Rules that a run may leave out, to test a broker without them. */
export interface Rules {
  /** several different readings of one vehicle and instant */
  instants: boolean
  /** Moved devices, vehicles and devices deleted and re-created, topics of other vehicles. */
  moves: boolean
  /** readings older than the retention, and second 60 */
  times: boolean
  /** QoS 2 with connections that end at any point of the exchange */
  exactlyOnce: boolean
  /** replayed dead letters that leave no further one, even when they go through the spool */
  replays: boolean
}

/** The time of a reading: an instant of its sequence, or a text that is not a time. */
export const INSTANTS = [
  'none',
  'early 0',
  'early 1',
  'moment 0',
  'moment 1',
  'moment 2',
  'ahead',
  'nearly too old',
  'too far ahead',
  'before 2000',
  'without zone',
  'rubbish',
  'too old',
  'second 60',
  'second 60 of an ordinary day',
  'leap second',
  'leap second elsewhere',
  'after the leap second',
] as const
export type Instant = (typeof INSTANTS)[number]

/**
 * The members of a reading besides its time, as in the JSON text; `codes` are the reasons why they cannot be stored.
 */
export interface Values {
  text: string
  codes?: readonly string[]
}

/**
 * Only a few, so that equal ones occur. Some are equal despite different texts: numbers and `extra` are compared by
 * value.
 */
export const VALUES: readonly Values[] = [
  { text: '"speed":50' },
  { text: '"speed":60' },
  { text: '"speed":5.0e1' },
  { text: '"rpm":1500,"status":"sos"' },
  { text: '"lat":59,"lon":18,"speed":50' },
  { text: '"speed":50,"seq":1' },
  { text: '"speed":50,"extra":{}' },
  { text: '"extra":{"a":1,"b":null}' },
  { text: '"extra":{"b":null,"a":1.0}' },
  { text: '"altitude":0' },
  { text: '"altitude":-0.0' },
  { text: '"ignition":false' },
]
export const BAD_VALUES: readonly Values[] = [
  { text: '"lat":59', codes: ['missing_field'] },
  { text: '"speed":500', codes: ['out_of_range'] },
  { text: '"speed":"fast"', codes: ['wrong_type'] },
  { text: '"colour":"red"', codes: ['unknown_field'] },
  { text: '"seq":1', codes: ['empty_reading'] },
  // The model's database refuses this one, see world.ts.
  { text: '"status":"poison"', codes: ['storage_refused'] },
]

/** Payloads without any reading. */
export const BROKEN: readonly { payload: Buffer; code: string }[] = [
  { payload: Buffer.from(''), code: 'empty_payload' },
  { payload: Buffer.from('nonsense'), code: 'not_json' },
  { payload: Buffer.from('[]'), code: 'no_readings' },
  { payload: Buffer.from([0x22, 0xff, 0x22]), code: 'not_utf8' },
]

export interface ReadingPlan {
  instant: Instant
  values: Values
}

/** A payload before its sequence assigns times to the instants. */
export interface MessagePlan {
  readings: readonly ReadingPlan[]
  isArray: boolean
  broken?: (typeof BROKEN)[number]
}

const USUAL: readonly Instant[] = ['none', 'early 0', 'early 1']
const MOMENTS: readonly Instant[] = ['moment 0', 'moment 1', 'moment 2']
const ODD: readonly Instant[] = [
  'ahead',
  'nearly too old',
  'too far ahead',
  'before 2000',
  'without zone',
  'rubbish',
]
const DISPUTED: readonly Instant[] = INSTANTS.slice(INSTANTS.indexOf('too old'))

export function messagePlans(rules: Rules): fc.Arbitrary<MessagePlan> {
  const instant = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...USUAL) },
    { weight: rules.moves ? 4 : 0, arbitrary: fc.constantFrom(...MOMENTS) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD) },
    { weight: rules.times ? 1 : 0, arbitrary: fc.constantFrom(...DISPUTED) },
  )
  const values = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...VALUES) },
    { weight: 1, arbitrary: fc.constantFrom(...BAD_VALUES) },
  )
  const reading = fc
    .record({ instant, values })
    // Without `instants` the values depend on the instant only, so that readings of one instant are equal.
    .map((it) => (rules.instants || it.instant === 'none' || it.values.codes ? it : { ...it, values: first }))
  const one = reading.map((it): MessagePlan => ({ readings: [it], isArray: false }))
  const array = fc
    .array(reading, { minLength: 1, maxLength: 4 })
    .map((readings): MessagePlan => ({ readings, isArray: true }))
  const broken = fc
    .constantFrom(...BROKEN)
    .map((it): MessagePlan => ({ readings: [], isArray: false, broken: it }))
  return fc.oneof(
    { weight: 8, arbitrary: one },
    { weight: 4, arbitrary: array },
    { weight: 1, arbitrary: broken },
  )
}

const [first] = VALUES as [Values]

export function describeMessage({ readings, isArray, broken }: MessagePlan): string {
  if (broken !== undefined) return broken.code
  const shown = readings.map(({ instant, values }) => `{${instant}: ${values.text}}`).join(', ')
  return isArray ? `[${shown}]` : shown
}
