/** The chapters of the OpenAPI document, in their order. A route belongs to one of them. */
export const TAGS = {
  login: 'Tokens for this API and for MQTT clients of users',
  accounts: 'Users, their grants, and the audit log',
  vehicles: 'The vehicles of the fleet',
  devices: 'Devices, their public keys and tokens',
  commands: 'Commands to vehicles, and their answers',
  telemetry: 'Readings that vehicles have sent',
  rules: 'Rules, by which readings are judged',
  events: 'Results of rules: intervals of time in which a condition held',
  geofences: 'Areas on the map, and which vehicles are in them',
  'dead letters': 'Messages that were refused, with the reason and the bytes',
  operation: 'Health, metrics and this document',
} as const

export type Tag = keyof typeof TAGS
