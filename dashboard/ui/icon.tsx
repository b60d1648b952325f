import './icon.css'

/** Strokes on a 24 by 24 grid. */
const PATHS = {
  map: 'M9 4L3 6.5v13.5l6-2.5l6 2.5l6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20',
  list: 'M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01',
  truck:
    'M2 5h12v11H2zM14 9h4l4 4v3h-8M4.5 18.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M15.5 18.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  gauge: 'M4.2 18.5a9.5 9.5 0 1 1 15.6 0M12 14l4-5M12 14h.01',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8v4.4M9 14.8v4.4M13 7a2 2 0 1 0 4 0a2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  user: 'M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4 21c0-4 3.6-6.5 8-6.5s8 2.5 8 6.5',
  logout: 'M10 4H5v16h5M15 8l4 4l-4 4M19 12H9',
  search: 'M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M15.5 15.5L21 21',
  close: 'M6 6l12 12M18 6L6 18',
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M8 5v14M16 5v14',
  follow: 'M5 12a7 7 0 1 0 14 0a7 7 0 1 0-14 0M12 2v5M12 17v5M2 12h5M17 12h5M12 12h.01',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9.5 12a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0',
  filter: 'M3 5h18M7 12h10M10.5 19h3',
  alert: 'M12 3.5L2 20.5h20zM12 10v4.5M12 17.5h.01',
  plus: 'M12 5v14M5 12h14',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5.5M14 11v5.5',
  edit: 'M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5',
  chevron: 'M9 5l7 7l-7 7',
  menu: 'M4 6h16M4 12h16M4 18h16',
  'wifi-off':
    'M3 3l18 18M5 12.5a10 10 0 0 1 4-2.4M2 9a15 15 0 0 1 5-3.1M11 5a15 15 0 0 1 11 4M15 10.3a10 10 0 0 1 4 2.2M8.5 16a5 5 0 0 1 7 0M12 19.5h.01',
} as const

export type IconName = keyof typeof PATHS

/** An icon beside a word, or in a button with a `label`. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
