// One thing after another: what is asked for while something is on its way waits for it, and is not
// lost to it.

export class Turn {
  private last: Promise<unknown> = Promise.resolve();

  /** Do it as soon as everything before it is over, however that ended. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
