import { useApp } from '../../app-context.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import './copy-text.css'

/** A text with a button that copies it. */
export function CopyText({ label, text }: { label: string; text: string }) {
  const { notify } = useApp()

  async function copy(): Promise<void> {
    try {
      // Available only on a page that came over TLS or from this machine.
      await navigator.clipboard.writeText(text)
      notify(`${label} copied`)
    } catch {
      notify('The browser does not allow copying. Select the text and copy it yourself.', 'error')
    }
  }

  return (
    <div class="copy-text">
      <div class="copy-text__head">
        <span class="copy-text__label">{label}</span>
        <Button onClick={() => void copy()}>
          <Icon name="copy" /> Copy<span class="visually-hidden"> {label.toLowerCase()}</span>
        </Button>
      </div>
      <pre class="copy-text__text" tabIndex={0} aria-label={label} role="textbox" aria-readonly="true">
        {text}
      </pre>
    </div>
  )
}
