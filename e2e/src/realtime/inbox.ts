/** Things that arrive by themselves, kept in order until somebody asks for the next one. */
export class Inbox<T> {
  /** Everything that has ever arrived. */
  readonly all: T[] = [];
  #read = 0;
  #wake: (() => void) | undefined;

  constructor(private readonly what: string) {}

  push(item: T): void {
    this.all.push(item);
    this.#wake?.();
  }

  /** What arrived and was not asked for yet. */
  get waiting(): number {
    return this.all.length - this.#read;
  }

  async next(within = 5000): Promise<T> {
    if (this.waiting === 0) await this.#arrival(within);
    return this.all[this.#read++] as T;
  }

  async take(count: number, within = 5000): Promise<T[]> {
    const taken: T[] = [];
    while (taken.length < count) taken.push(await this.next(within));
    return taken;
  }

  #arrival(within: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const missed = () => reject(new Error(`no ${this.what} within ${within} ms`));
      const timer = setTimeout(missed, within);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
