import { encode } from 'uqr'
import { modulesPath } from './qr-path.ts'
import './qr-code.css'

/** Light modules around the code, which scanners need. */
const BORDER = 4

/** `text` as a QR code, dark on light in both themes, as not every scanner reads inverted codes. */
export function QrCode({ label, text }: { label: string; text: string }) {
  const { data, size } = encode(text, { ecc: 'L', border: BORDER })
  return (
    <svg
      class="qr-code"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
    >
      <rect class="qr-code__light" width={size} height={size} />
      <path class="qr-code__dark" d={modulesPath(data)} />
    </svg>
  )
}
