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

/** A part of a vehicle's history that the map shows instead of its current position. */
export interface Replay {
  vehicle: string
  /** in order of time */
  track: readonly TrackPoint[]
  /** the time shown, milliseconds since 1970 */
  atMs: number
}

export interface TrackPoint {
  timeMs: number
  lat: number
  lon: number
  speed: number | undefined
  heading: number | undefined
}

/** The parts that all views share after the login. */
export interface App {
  me: ReadonlySignal<Schemas['User']>
  /** Renews the access token by itself. If that fails, `session` asks for a login over the view. */
  api: Client
  table: VehicleTable
  filter: FleetFilter
  live: ReadonlySignal<LiveStatus>
  /** age from which a value is shown as stale */
  staleAfterMs: number
  /**
   * Follows an MQTT topic, also after a reconnection. Returns a function that stops this.
   */
  follow: (topic: string, onMessage: (payload: Uint8Array) => void) => () => void
  route: ReadonlySignal<Route>
  navigate: Navigate
  preferences: Preferences
  /** the vehicle that the map keeps in its middle */
  followed: Signal<string | undefined>
  replay: Signal<Replay | undefined>
  /** Shows a notice for a few seconds, and reads it to screen readers. */
  notify: (text: string, kind?: 'info' | 'error') => void
  /** Gets a new snapshot soon, after this page created, renamed or deleted a vehicle. */
  refreshFleet: () => void
  logout: () => void
}

export const AppContext = createContext<App | undefined>(undefined)

/** The app around a component. Throws outside of the app. */
export function useApp(): App {
  const app = useContext(AppContext)
  if (app === undefined) throw new Error('there is no app around this component')
  return app
}
