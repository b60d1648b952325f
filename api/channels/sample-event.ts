import type { NotifiedEvent } from '../../contract/notifications.ts'

/** The event of previews and tests. It has every value that a template can name. */
export const SAMPLE_EVENT: NotifiedEvent = {
  id: 0,
  vehicle: 'truck-7',
  vehicle_name: 'Truck 7',
  plate: 'ABC 123',
  group: 'north',
  rule: 'example',
  rule_name: 'Example rule',
  kind: 'overspeed',
  severity: 'info',
  state: 'ended',
  started_at: '2026-11-30T08:00:00Z',
  ended_at: '2026-11-30T08:02:30Z',
  value: 104.5,
  limit: 90,
  unit: 'km/h',
  place: 'Stockholm',
  lat: 59.3293,
  lon: 18.0686,
  note: 'This is an example, no event has happened',
}
