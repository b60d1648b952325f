export function AdminView() {
  return null
}
