/** Ways in which one instance loses the lease to another. */
import type { Fleet, Member } from './fleet.ts';
import { releasedBefore } from './witness.ts';

export const WAYS = ['end', 'kill', 'pause', 'hang', 'lost', 'reset'] as const;
export type Way = (typeof WAYS)[number];

export interface Handover {
  readonly way: Way;
  /** Until another instance had the lease: from the release, else from the moment it was done to the holder. */
  readonly tookMs: number;
  /** It was let go, rather than having run out. */
  readonly wasReleased: boolean;
}

/** Has the holder lose the lease, and waits until another one has it and the fleet is whole again. */
export async function handOver(fleet: Fleet, way: Way): Promise<Handover> {
  const member = await fleet.holderAtEase();
  const begun = performance.now();
  const undo = await strike(fleet, member, way);
  const { write } = await fleet.holder(member);
  const released = releasedBefore(write, fleet.server.writes);
  await undo();
  await fleet.restore();
  return { way, tookMs: write.at - (released ?? begun), wasReleased: released !== undefined };
}

/** Gives what undoes it, once it has had its effect. */
async function strike(fleet: Fleet, member: Member, way: Way): Promise<() => unknown> {
  const { daemon, name } = member;
  switch (way) {
    case 'end':
    case 'kill': {
      fleet.remove(member);
      const ended = daemon.stop(way === 'end' ? 'SIGTERM' : 'SIGKILL');
      return async () => ended;
    }
    case 'pause':
      daemon.kill('SIGSTOP');
      // It wakes up when another one has the lease already, with requests it was about to send.
      return () => daemon.kill('SIGCONT');
    case 'hang':
    case 'lost':
    case 'reset':
      fleet.server.partition(name, way);
      return () => fleet.server.heal(name);
  }
}
