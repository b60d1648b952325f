/** The chapters of the OpenAPI document, in their order. A route is in one of them. */
export const TAGS = {
  login: 'Tokens for this API and for MQTT clients of people',
  accounts: 'Users, what was granted to them, and who changed what',
  vehicles: 'The vehicles of the fleet',
  devices: 'Devices, what they prove their identity with, and their tokens',
  commands: 'What vehicles are told to do, and their answers',
  telemetry: 'What vehicles have sent',
  'dead letters': 'Messages that were refused, with the reason and the bytes',
  operation: 'Health, metrics and this document',
} as const

export type Tag = keyof typeof TAGS
