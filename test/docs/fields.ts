import { NUMBER_FIELDS, READING_FIELDS, READING_SCHEMA, type NumberField } from '../../contract/telemetry.ts'
import { SETTINGS } from '../../kit/settings.ts'
import { formatNumber, formatSeconds, toTable } from './sections.ts'

/** The table of a reading's fields, from the contract. */
export function describeFields(): string {
  const skew = formatSeconds(SETTINGS.CLOCK_SKEW_MAX_S.default)
  const time = [
    '`time`',
    `${READING_SCHEMA.properties.time.description}; absent: time of receipt`,
    `from 2000-01-01 to \`CLOCK_SKEW_MAX_S\` (${skew}) ahead`,
  ]
  return toTable(
    ['field', 'type, unit', 'range'],
    [time, ...READING_FIELDS.map((name) => [`\`${name}\``, ...describe(name)])],
  )
}

function describe(name: (typeof READING_FIELDS)[number]): [type: string, range: string] {
  if (!isNumberField(name)) return describeOther(name)
  const { unit, minimum, maximum } = NUMBER_FIELDS[name]
  const partner = Object.entries(READING_SCHEMA.dependentRequired).find(([it]) => it === name)?.[1][0]
  const type = partner === undefined ? unit : `${unit}; only together with \`${partner}\``
  return [type, `${formatNumber(minimum)} to ${formatNumber(maximum)}`]
}

function isNumberField(name: string): name is NumberField {
  return name in NUMBER_FIELDS
}

function describeOther(
  name: Exclude<(typeof READING_FIELDS)[number], NumberField>,
): [type: string, range: string] {
  const { ignition, status, seq, extra } = READING_SCHEMA.properties
  switch (name) {
    case 'ignition':
      return [ignition.type, 'true, false']
    case 'status':
      return [status.type, `${status.minLength} to ${status.maxLength} characters`]
    case 'seq':
      return ['integer counter of the device', `${seq.minimum} to 2^${Math.log2(seq.maximum + 1)} - 1`]
    case 'extra':
      return [
        `object of at most ${extra.maxProperties} strings, numbers, booleans or nulls, for any other sensor`,
        `names of ${extra.propertyNames.minLength} to ${extra.propertyNames.maxLength} characters, ` +
          `text of at most ${extra.additionalProperties.maxLength}`,
      ]
  }
}
