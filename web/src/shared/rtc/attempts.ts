// How often direct calls may begin by themselves. Each attempt shows the other end of the wire a
// new certificate, and so is another chance to find one with the same words (docs/decisions, 30):
// a server may begin so many, and then a person has to want another.

const WITHIN_MS = 60_000;
export const ATTEMPTS_MAX = 10;

export class Attempts {
  private begun: readonly number[] = [];

  /** Whether another may begin at `now` (milliseconds of one clock); if so, it counts. */
  take(now: number): boolean {
    const recent = this.begun.filter((at) => now - at < WITHIN_MS);
    const free = recent.length < ATTEMPTS_MAX;
    this.begun = free ? [...recent, now] : recent;
    return free;
  }

  /** A person asked for another. */
  wanted(): void {
    this.begun = [];
  }
}
