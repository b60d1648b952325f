import type { RuleKindName } from '../../contract/rule-kinds.ts'
import { NUMBER_FIELDS, type NumberField } from '../../contract/telemetry.ts'

/** How a peak and its limit are stored: `perUnit` of the unit of the API. */
interface Measure {
  unit: string | null
  perUnit: number
}

const KMH: Measure = { unit: 'km/h', perUnit: 1000 }
const ACCELERATION: Measure = { unit: 'm/s²', perUnit: 1000 }
const OF_KIND: Partial<Record<RuleKindName, Measure>> = {
  overspeed: KMH,
  towing: KMH,
  harsh_acceleration: ACCELERATION,
  harsh_braking: ACCELERATION,
  harsh_cornering: ACCELERATION,
}

/** The measure of a kind of event, as in rules/detect.ts. @param field of a threshold */
export function measureOf(kind: RuleKindName, field: string | null): Measure {
  const unit = field !== null && field in NUMBER_FIELDS ? NUMBER_FIELDS[field as NumberField].unit : null
  return OF_KIND[kind] ?? { unit, perUnit: 1 }
}
