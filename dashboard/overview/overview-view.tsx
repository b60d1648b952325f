import { useApp } from '../app-context.ts'
import { formatAge } from '../format/format-age.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Loading } from '../ui/loading.tsx'
import { useRequest } from '../ui/use-request.ts'
import { BrokerBanner } from './broker-banner.tsx'
import { BrokerTiles } from './broker-tiles.tsx'
import { DevicesTile, StateTiles } from './fleet-tiles.tsx'
import { Rejected } from './rejected.tsx'
import { useOverview, type OverviewState } from './use-overview.ts'
import './overview-view.css'
import { useEffect, useState } from 'preact/hooks'

/** The overview: all figures for administrators, the states of their own vehicles for users. */
export function OverviewView() {
  const { me } = useApp()
  return (
    <div class="overview">
      <h1>Overview</h1>
      {me.value.role === 'admin' ? <Operation /> : <OwnFleet />}
    </div>
  )
}

function OwnFleet() {
  const { api } = useApp()
  const counts = useRequest((signal) => api.GET('/api/presence/counts', { signal }), [])
  return (
    <section class="overview__section" aria-label="Vehicles">
      <StateTiles />
      {counts.state === 'failed' && <ErrorState problem={counts.error} onRetry={counts.reload} />}
      <div class="overview__tiles">{counts.data && <DevicesTile devices={counts.data} />}</div>
    </section>
  )
}

function Operation() {
  const { api } = useApp()
  const { reload, ...state } = useOverview(api)
  const { overview, seen, failure } = state
  return (
    <>
      <section class="overview__section" aria-label="Vehicles">
        <StateTiles />
      </section>
      {overview === undefined && failure === undefined && <Loading label="Loading the overview" />}
      {overview === undefined && failure && <ErrorState problem={failure.problem} onRetry={reload} />}
      {overview && (
        <>
          <Freshness state={state} />
          <BrokerBanner overview={overview} />
          <section class="overview__section" aria-label="Ingest">
            <div class="overview__tiles">
              {overview.broker && seen && (
                <BrokerTiles broker={overview.broker} seen={seen} lagMs={lagOf(overview)} />
              )}
              <DevicesTile devices={overview.devices} />
            </div>
          </section>
          <section class="overview__section" aria-labelledby="overview-rejected">
            <h2 id="overview-rejected">Rejected in the last 24 hours</h2>
            <Rejected rejected={overview.rejected} />
          </section>
          <p class="overview__note">
            Rates, acknowledgements, waiting messages, spool and connections are those of one broker, the one
            in the API's <code>BROKER_URL</code>. Other brokers are not included.
          </p>
        </>
      )}
    </>
  )
}

/** The age of the figures, and why they are not newer. */
function Freshness({ state: { atMs, failure } }: { state: OverviewState }) {
  const { preferences } = useApp()
  const age = formatAge(useAge(atMs), preferences.locale.value)
  if (failure === undefined) return <p class="overview__age">Updated {age} ago, refreshes every 5 s</p>
  return (
    <p class="overview__age overview__age--old">
      <span role="alert">{failure.problem?.detail ?? 'The API cannot be reached.'}</span> Last updated {age}{' '}
      ago.
    </p>
  )
}

function lagOf({ at, newest_received_at: newest }: { at: string; newest_received_at: string | null }) {
  return newest === null ? undefined : Math.max(0, Date.parse(at) - Date.parse(newest))
}

/** Milliseconds since `atMs` on the clock of `performance.now()`, updated each second. */
function useAge(atMs: number): number {
  const [nowMs, setNowMs] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, nowMs - atMs)
}
