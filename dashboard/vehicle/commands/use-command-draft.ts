import { useRef, useState } from 'preact/hooks'
import type { Problem } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { useUnmountSignal } from '../../ui/use-unmount-signal.ts'
import { faultsOf, readDraft, type CommandDraft, type DraftFaults } from './command-draft.ts'

const EMPTY: CommandDraft = { name: '', params: '{}', lifetime: '3600' }

/** A command while it is edited, and the request that sends it. */
export interface EditedCommand {
  draft: CommandDraft
  faults: DraftFaults
  /** why the command was refused; `null` if there was no response */
  problem: Problem | null | undefined
  isBusy: boolean
  change: (part: Partial<CommandDraft>) => void
  send: () => Promise<void>
}

/** After a lost response, sending an unchanged command again repeats its idempotency key, so it is executed once. */
export function useCommandDraft(vehicle: string, onSent: () => void): EditedCommand {
  const { api, notify } = useApp()
  const [draft, setDraft] = useState(EMPTY)
  const [faults, setFaults] = useState<DraftFaults>({})
  const [problem, setProblem] = useState<Problem | null>()
  const [isBusy, setBusy] = useState(false)
  const key = useRef(createIdempotencyKey())
  const signal = useUnmountSignal()

  function change(part: Partial<CommandDraft>): void {
    setDraft({ ...draft, ...part })
    setFaults({})
    setProblem(undefined)
    // It is another command now.
    key.current = createIdempotencyKey()
  }

  async function send(): Promise<void> {
    const read = readDraft(draft)
    if ('faults' in read) {
      setFaults(read.faults)
      return
    }
    setBusy(true)
    setProblem(undefined)
    try {
      const { data, error } = await api.POST('/api/vehicles/{key}/commands', {
        params: { path: { key: vehicle }, header: { 'Idempotency-Key': key.current } },
        body: { ...read.command, params: read.command.params as Record<string, never> },
        signal,
      })
      if (signal.aborted) return
      if (error) {
        setFaults(faultsOf(error))
        setProblem(error)
        return
      }
      notify(`Command ${data.id} sent`)
      setDraft({ ...draft, name: '', params: '{}' })
      key.current = createIdempotencyKey()
      onSent()
    } catch {
      if (!signal.aborted) setProblem(null)
    } finally {
      if (!signal.aborted) setBusy(false)
    }
  }

  return { draft, faults, problem, isBusy, change, send }
}

/** 128 random bits. A page that came over plain HTTP has no `crypto.randomUUID`. */
function createIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (it) => it.toString(16).padStart(2, '0')).join('')
}
