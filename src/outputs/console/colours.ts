/** Colours on a terminal, or none. The only owner of `picocolors`. */
import picocolors from 'picocolors';

/** Gives a text its colour; without colours the text as it is. */
export type Paint = (text: string) => string;

export type Colours = {
  readonly good: Paint;
  readonly bad: Paint;
  readonly doubtful: Paint;
  readonly measured: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
};

export function coloursOf(isOn: boolean): Colours {
  const { green, red, yellow, cyan, dim, bold } = picocolors.createColors(isOn);
  return { good: green, bad: red, doubtful: yellow, measured: cyan, faint: dim, strong: bold };
}
