/** Times of a week, in the local time of a zone. */
export interface Schedule {
  /** IANA name, e.g. `Europe/Stockholm` */
  zone: string
  windows: readonly ScheduleWindow[]
}

export interface ScheduleWindow {
  days: readonly Day[]
  /** local time, e.g. `22:00` */
  from: string
  /** up to this time; on the next day if it is not later than `from` */
  to: string
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

/** @limit windows of a schedule | 400 */
export const SCHEDULE_WINDOWS_MAX = 50

const time = {
  type: 'string',
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'a local time such as 08:30',
} as const

export const SCHEDULE_SCHEMA = {
  type: 'object',
  properties: {
    zone: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z0-9_+/-]+$',
      description: 'an IANA time zone such as Europe/Stockholm',
      examples: ['Europe/Stockholm'],
    },
    windows: {
      type: 'array',
      minItems: 1,
      maxItems: SCHEDULE_WINDOWS_MAX,
      items: {
        type: 'object',
        properties: {
          days: { type: 'array', minItems: 1, maxItems: 7, uniqueItems: true, items: { enum: DAYS } },
          from: time,
          to: {
            type: 'string',
            pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
            description: 'a local time up to 24:00; on the next day if it is not later than `from`',
          },
        },
        required: ['days', 'from', 'to'],
        additionalProperties: false,
      },
    },
  },
  required: ['zone', 'windows'],
  additionalProperties: false,
} as const

/** Whether a zone is known here. */
export function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
