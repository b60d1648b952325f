import type { Attributes } from './expression.ts'
import { NO_GEOFENCES, type GeofenceIndex } from './geofence-index.ts'
import { DEFAULT_PARAMETERS, type Parameters } from './parameters.ts'
import type { Rule } from './rule.ts'

/** Everything besides readings that results depend on: settings of one vehicle, valid at the time of the reading. */
export interface Settings {
  parameters: Parameters
  geofences: GeofenceIndex
  /** in the order of their keys */
  rules: readonly Rule[]
  /** attributes of the vehicle, for expressions */
  attributes?: Attributes
}

export const DEFAULT_SETTINGS: Settings = {
  parameters: DEFAULT_PARAMETERS,
  geofences: NO_GEOFENCES,
  rules: [],
}
