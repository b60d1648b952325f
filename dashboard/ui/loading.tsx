import './loading.css'

export function Loading({ label }: { label: string }) {
  return (
    <div class="loading" role="status">
      <span class="loading__spinner" aria-hidden="true" />
      <span>{label}</span>
    </div>
  )
}
