/** What an instance says that does not lead: who does, what it sees, and what suffers where nobody can. */
import type { StatusDocument } from '../../../status-document.ts';
import { asSentence, sentencesOfMessage } from '../marks.ts';
import { oneLine, type Text } from '../text.ts';
import { span } from '../time.ts';
import { byState, differingIn, alsoText, joined, nextLook, ofAll, revisionText, sinceText } from './clauses.ts';
import { harmsOf } from './harm.ts';
import type { Told } from './situations.ts';

export function standby(document: StatusDocument): Told {
  const { holder = null, trouble, durationMs } = document.lease ?? {};
  if (holder === null && trouble !== undefined) return leaderless(document, trouble);
  const leads: Text =
    holder === null ? ['nobody leads, as far as is known,'] : [{ code: oneLine(holder, 80) }, ' leads,'];
  const within = durationMs === undefined ? '' : `within ${span(durationMs)} `;
  const takesOver = holder === null ? 'as soon as it gets the lease' : `${within}when the leader goes`;
  const ending: Text =
    trouble === undefined
      ? [`. It takes over ${takesOver}.`]
      : ['. It could not take over: ', ...asSentence(sentencesOfMessage(trouble))];
  return {
    situation: 'standby',
    tone: trouble === undefined ? 'held' : 'warn',
    shape: 'Standby',
    strong: ['Standby:'],
    rest: [...leads, ' this instance only looks'],
    next: [...joined(seen(document), nextLook(document)), alsoText(document), ...ending],
  };
}

/** Nothing is put right until somebody lets an instance have the lease, so that what suffers comes first. */
function leaderless(document: StatusDocument, trouble: string): Told {
  const differing = differingIn(document);
  const harms = harmsOf(differing);
  return {
    situation: 'standby',
    tone: differing.length > 0 ? 'bad' : 'warn',
    shape: differing.length > 0 ? 'Failed' : 'Standby',
    strong: ['Nobody leads:'],
    rest: ['cannot take lease ', { code: oneLine(document.lease?.name ?? '', 120) }, ', so nothing is carried out'],
    next: [
      ...harms,
      ...(harms.length > 0 ? ['Until an instance leads, that can be put right by hand at Upvest. '] : []),
      ...asSentence(
        capital(
          sentencesOfMessage(trouble.replace(/^(?:cannot take|the) lease [^\s:]{1,200}(?: is out of reach)?: /, '')),
        ),
      ),
      ' ',
      ...seen(document),
      alsoText(document),
      '.',
    ],
  };
}

function capital(text: string): string {
  return text.replace(/^[a-z](?=[a-z]+ )/, (letter) => letter.toUpperCase());
}

function seen(document: StatusDocument): Text {
  const differing = differingIn(document);
  return differing.length === 0
    ? ['It sees the tenant in sync with ', ...revisionText(document.revision), ...sinceText(document)]
    : [`It sees ${ofAll(differing.length, document)} differ: ${byState(differing)}`];
}
