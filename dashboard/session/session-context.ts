import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Session } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)

/** The session around a component. Throws outside of the app. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('there is no session around this component')
  return session
}
