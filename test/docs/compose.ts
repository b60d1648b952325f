import { SETTINGS } from '../../kit/settings.ts'

type AnySetting = (typeof SETTINGS)[keyof typeof SETTINGS]

const SECTION = /^( *)# generated: settings of (all|the broker|the API|insight)\n[\s\S]*?# \/generated$/gm

/**
 * Settings that a container does not take from `.env`: its ports are published under fixed numbers, and its data is in
 * a volume.
 */
export const OF_THE_IMAGE: ReadonlySet<string> = new Set([
  'DATA_DIR',
  'PORT',
  'MQTT_PORT',
  'MQTT_WS_PORT',
  'MQTTS_PORT',
  'MQTT_WSS_PORT',
  'BROKER_STATUS_PORT',
  'INSIGHT_STATUS_PORT',
])

/**
 * The text of `docker-compose.yml` with its marked sections replaced: every setting that is not written by hand elsewhere in it is
 * passed to the processes that use it.
 */
export function withComposeSettings(text: string): string {
  const byHand = text.replace(SECTION, '')
  const passed = Object.entries(SETTINGS).filter(
    ([name]) => !OF_THE_IMAGE.has(name) && !new RegExp(`^ +${name}:`, 'm').test(byHand),
  )
  return text.replace(SECTION, (_all, indent: string, reader: string) => {
    const lines = passed
      .filter(([, setting]) => readerOf(setting) === reader)
      .map(([name, setting]) => `${name}: \${${name}:-${'default' in setting ? setting.default : ''}}`)
    return [`# generated: settings of ${reader}`, ...lines, '# /generated']
      .map((line) => `${indent}${line}`)
      .join('\n')
  })
}

const READERS = { api: 'the API', broker: 'the broker', insight: 'insight' } as const

function readerOf(setting: AnySetting): string {
  if (!('usedBy' in setting)) return 'all'
  return READERS[setting.usedBy]
}
