/**
 * Whether samples count by now, or belong to the warm-up, and telling so to threads that believe something else: those
 * that were not ready yet, or take the place of another.
 */
import type { ThreadSlot } from './threadSlot.ts';

export class Counting {
  isOn: boolean;

  constructor(isOn: boolean) {
    this.isOn = isOn;
  }

  tell(slot: ThreadSlot): void {
    if (!slot.isReady || slot.warmsUp !== this.isOn) return;
    slot.warmsUp = !this.isOn;
    slot.post({ kind: 'count', isOn: this.isOn });
  }
}
