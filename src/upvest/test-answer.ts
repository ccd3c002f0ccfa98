/** The answer to `POST /webhooks/{webhook_id}/test`. */
import type { Success } from '../http/success.ts';
import { parseBounded } from '../http/bounded-json.ts';
import type { TestAnswer } from './client.ts';

/** 202 and 200 without a body say only that it was accepted; the 2026 reference's 200 tells what the receiver answered. */
export function readTestAnswer(answer: Success): TestAnswer {
  if (answer.isEmpty) return undefined;
  const text = answer.text();
  try {
    return parseBounded(text);
  } catch {
    // Whatever it says is worth showing: the delivery has been made.
    return text;
  }
}
