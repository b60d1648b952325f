import type { Problem } from '../../../client/client.ts'
import { Button } from '../../ui/button.tsx'

export interface ReloadButtonProps {
  problem: Problem | undefined
  reload: (() => void) | undefined
}

/** Offers the current version of a record that somebody else has changed since it was read. */
export function ReloadButton({ problem, reload }: ReloadButtonProps) {
  if (problem?.code !== 'precondition_failed' || reload === undefined) return null
  return <Button onClick={reload}>Load the current version</Button>
}
