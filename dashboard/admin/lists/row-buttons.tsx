import { Button } from '../../ui/button.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'

interface RowButtonProps {
  /** includes the name of the row, for screen readers */
  label: string
  onClick: () => void
}

export const EditButton = (props: RowButtonProps) => <RowButton icon="edit" {...props} />
export const DeleteButton = (props: RowButtonProps) => <RowButton icon="trash" {...props} />

function RowButton({ icon, label, onClick }: RowButtonProps & { icon: IconName }) {
  return (
    <Button label={label} onClick={onClick}>
      <Icon name={icon} />
    </Button>
  )
}
