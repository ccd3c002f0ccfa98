import { show } from '../../document/show.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** A whole number between two others, both included. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return textual((text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max
      ? good(value)
      : bad(`${show(text)} is not a whole number from ${min} to ${max}`);
  });
}
