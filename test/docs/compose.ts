import { isUsedBy, SETTINGS, type SettingName } from '../../kit/settings.ts'

const SECTION =
  /^( *)# generated: settings of (all|the broker|the API|insight|notify)\n[\s\S]*?# \/generated$/gm

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
  'NOTIFY_STATUS_PORT',
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
      .filter(([name]) => isReadBy(name as SettingName, reader))
      .map(([name, setting]) => `${name}: \${${name}:-${'default' in setting ? setting.default : ''}}`)
    return [`# generated: settings of ${reader}`, ...lines, '# /generated']
      .map((line) => `${indent}${line}`)
      .join('\n')
  })
}

function isReadBy(name: SettingName, reader: string): boolean {
  if (reader === 'all' || !('usedBy' in SETTINGS[name]))
    return reader === 'all' && !('usedBy' in SETTINGS[name])
  const process = { 'the API': 'api', 'the broker': 'broker', insight: 'insight', notify: 'notify' } as const
  return isUsedBy(name, process[reader as keyof typeof process])
}
