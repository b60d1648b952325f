import type { Problem } from '../../client/client.ts'
import { Button } from './button.tsx'
import './error-state.css'

export interface ErrorStateProps {
  /** `undefined` if there was no response */
  problem: Problem | undefined
  onRetry?: () => void
}

export function ErrorState({ problem, onRetry }: ErrorStateProps) {
  return (
    <div class="error-state" role="alert">
      <strong>{problem?.title ?? 'The server cannot be reached'}</strong>
      <span class="error-state__detail">
        {problem?.detail ?? 'It may be restarting, or the network is down.'}
      </span>
      {problem && <span class="error-state__request">Request {problem.request_id}</span>}
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}
