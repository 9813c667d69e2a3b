/** How far each of many receivers is, and the slowest of them, without ever looking at all of them. */
export class Slowest {
  /** Messages that everybody has. */
  messages = 0;
  readonly #counts: Int32Array;
  /** How many have 0, 1, 2, … messages, modulo its length: nobody is further ahead of another than that. */
  readonly #tally: Int32Array;

  constructor(receivers: number, spread: number) {
    this.#counts = new Int32Array(receivers);
    this.#tally = new Int32Array(spread + 1);
    this.#tally[0] = receivers;
  }

  get receivers(): number {
    return this.#counts.length;
  }

  of(receiver: number): number {
    return this.#counts[receiver] as number;
  }

  /** This one got so many more. */
  advance(receiver: number, messages: number): void {
    const had = this.#counts[receiver] as number;
    const tally = this.#tally;
    const { length } = tally;
    this.#counts[receiver] = had + messages;
    (tally[had % length] as number)--;
    (tally[(had + messages) % length] as number)++;
    while (tally[this.messages % length] === 0) this.messages++;
  }

  /** For whom the others wait, and what for. */
  describe(): string {
    const behind = this.#counts.filter((one) => one === this.messages).length;
    const first = this.#counts.indexOf(this.messages) + 1;
    return `message ${this.messages} has not come to ${behind} of ${this.receivers} receivers, the first of them number ${first}`;
  }
}
