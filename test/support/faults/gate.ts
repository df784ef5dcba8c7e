/** Holds up whoever waits for it, until it is opened. */
export class Gate {
  readonly opened: Promise<void>;
  #open: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }
}

/** Lets each of so many go on once all have arrived. */
export function barrier(parties: number): () => Promise<void> {
  const gate = new Gate();
  const arrivals = { missing: parties };
  return () => {
    arrivals.missing -= 1;
    if (arrivals.missing === 0) gate.open();
    return gate.opened;
  };
}
