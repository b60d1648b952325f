import type { Schemas } from '../../client/client.ts'
import { useApp } from '../app-context.ts'
import { formatAge } from '../format/format-age.ts'
import { Icon } from '../ui/icon.tsx'
import './broker-banner.css'

/** The broker's state, at the top of the overview. */
export function BrokerBanner({ overview }: { overview: Schemas['Overview'] }) {
  const { preferences } = useApp()
  const { broker, broker_unknown: unknown } = overview
  if (broker === null) {
    return (
      <p class="broker-banner broker-banner--danger">
        <Icon name="alert" />
        <span>
          <strong>Broker status unknown</strong>: {unknown}
        </span>
      </p>
    )
  }
  const { ready, detail } = broker
  const kind = !ready ? 'danger' : detail === '' ? 'ok' : 'warning'
  const upMs = Date.parse(broker.now.at) - Date.parse(broker.started_at)
  return (
    <p class={`broker-banner broker-banner--${kind}`}>
      {kind !== 'ok' && <Icon name="alert" />}
      <span>
        <strong>{ready ? 'Broker ready' : 'Broker not ready'}</strong>
        {detail === '' ? '.' : `: ${detail}`}
      </span>
      <span class="broker-banner__facts">
        Up for {formatAge(upMs, preferences.locale.value)}, version {broker.version}
      </span>
    </p>
  )
}
