import type { ReadonlySignal, Signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Client, Schemas } from '../client/client.ts'
import type { FleetFilter } from './list/fleet-filter.ts'
import type { LiveStatus } from './live/live-status.ts'
import type { VehicleTable } from './live/vehicle-table.ts'
import type { Preferences } from './preferences.ts'
import type { Navigate } from './routing/router.ts'
import type { Route } from './routing/routes.ts'

/** A stretch of a vehicle's history that the map shows instead of where it is. */
export interface Replay {
  vehicle: string
  /** in order of time */
  track: readonly TrackPoint[]
  /** where in it we are, milliseconds since 1970 */
  atMs: number
}

export interface TrackPoint {
  timeMs: number
  lat: number
  lon: number
  speed: number | undefined
  heading: number | undefined
}

/** What every view of someone who is logged in gets. */
export interface App {
  me: ReadonlySignal<Schemas['User']>
  /** Renews the access token by itself; a 401 that stays makes `session` ask for the password over the view. */
  api: Client
  table: VehicleTable
  filter: FleetFilter
  live: ReadonlySignal<LiveStatus>
  /** age from which a value is shown as stale */
  staleAfterMs: number
  /**
   * Follows an MQTT topic while the connection lives, also after it was lost and came back. Returns how to stop.
   */
  follow: (topic: string, onMessage: (payload: Uint8Array) => void) => () => void
  route: ReadonlySignal<Route>
  navigate: Navigate
  preferences: Preferences
  /** The map keeps this vehicle in its middle. */
  followed: Signal<string | undefined>
  replay: Signal<Replay | undefined>
  /** Says something for a few seconds at the edge of the page, and to screen readers. */
  notify: (text: string, kind?: 'info' | 'error') => void
  /** Gets a new snapshot soon: a vehicle was made, renamed or deleted here. */
  refreshFleet: () => void
  logout: () => void
}

export const AppContext = createContext<App | undefined>(undefined)

/** Throws outside of the app. */
export function useApp(): App {
  const app = useContext(AppContext)
  if (app === undefined) throw new Error('there is no app around this component')
  return app
}
