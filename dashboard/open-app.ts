import { signal } from '@preact/signals'
import type { Client, Schemas } from '../client/client.ts'
import type { App } from './app-context.ts'
import { createNotices, type Notices } from './frame/notices.ts'
import { createFleetFilter } from './list/fleet-filter.ts'
import { brokerUrl } from './live/broker-url.ts'
import { createLiveFleet, type LiveFleet } from './live/live-fleet.ts'
import type { LiveToken } from './live/open-feed.ts'
import { fetchSnapshot } from './live/snapshot.ts'
import { VehicleTable } from './live/vehicle-table.ts'
import type { Preferences } from './preferences.ts'
import { createRouter } from './routing/router.ts'
import { lifetimeMs } from './session/lifetime.ts'
import type { Session } from './session/session.ts'

export interface AppOptions {
  session: Session
  preferences: Preferences
  api: Client
  me: Schemas['User']
  config: Schemas['DashboardConfig']
}

export interface OpenApp {
  app: App
  notices: Notices
  fleet: LiveFleet
  close: () => void
}

/** Opens the parts that the views share after a login. */
export function openApp({ session, preferences, api, me, config }: AppOptions): OpenApp {
  const router = createRouter()
  const notices = createNotices()
  const table = new VehicleTable()
  const fleet = createLiveFleet({
    url: brokerUrl(config, location),
    table,
    getToken: async () => getLiveToken(api, me),
    getSnapshot: async (signal) => fetchSnapshot(session.fetch, location.origin, signal),
    now: () => performance.now(),
    random: Math.random,
  })
  const stopWatching = watchPage(fleet)

  // A logout in one tab also ends the others of this browser.
  const tabs = new BroadcastChannel('fleetwire.logout')
  // A new page keeps nothing of the old one in its memory.
  const leave = () => location.assign('/')
  tabs.addEventListener('message', leave)

  async function logout(): Promise<void> {
    if (await session.logout()) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is no window
      tabs.postMessage('out')
      leave()
    } else notices.notify('The server cannot be reached: you are still logged in.', 'error')
  }

  const app: App = {
    me: signal(me),
    api,
    table,
    filter: createFleetFilter({ table, route: router.route, navigate: router.navigate }),
    live: fleet.status,
    staleAfterMs: config.stale_after_s * 1000,
    follow: fleet.follow,
    route: router.route,
    navigate: router.navigate,
    preferences,
    followed: signal(undefined),
    replay: signal(undefined),
    notify: notices.notify,
    refreshFleet: fleet.refresh,
    logout: () => void logout(),
  }
  return {
    app,
    notices,
    fleet,
    close() {
      stopWatching()
      tabs.close()
      fleet.close()
      router.close()
    },
  }
}

/**
 * A token for the live feed.
 * @throws Error with the problem's detail
 */
async function getLiveToken(api: Client, me: Schemas['User']): Promise<LiveToken> {
  const { data, error, response } = await api.POST('/api/mqtt-tokens')
  if (!data) throw new Error(error.detail)
  const { scope = me.role === 'admin' ? 'all' : String(me.id) } = data as { scope?: string }
  return {
    token: data.token,
    clientIdPrefix: data.client_id_prefix,
    scope,
    lifetimeMs: lifetimeMs(response, data.expires_at),
  }
}

/** Lets a hidden page do less, and reconnects immediately when the network is back. */
function watchPage(fleet: LiveFleet): () => void {
  const onVisibility = () => fleet.setHidden(document.hidden)
  const onOnline = () => fleet.retryNow()
  onVisibility()
  document.addEventListener('visibilitychange', onVisibility)
  addEventListener('online', onOnline)
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    removeEventListener('online', onOnline)
  }
}
