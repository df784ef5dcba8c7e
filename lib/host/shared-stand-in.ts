import { type AnyMethod } from './any-method.js';
import { StandIns } from './stand-ins.js';

interface Place {
  readonly standIns: StandIns;
  /** Applications that use it; the last one to stop puts the method back. */
  applications: number;
}

/** A stand-in for a method of a class, one for the process, however many applications it has. */
export class SharedStandIn {
  private readonly places = new Map<object, Place>();

  constructor(
    private readonly name: string,
    private readonly make: (original: AnyMethod) => AnyMethod,
  ) {}

  /** @returns the function that puts the method back */
  use(prototype: object): () => void {
    const place = this.placeOf(prototype);
    place.applications += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      place.applications -= 1;
      if (place.applications > 0) return;
      this.places.delete(prototype);
      place.standIns.putBack();
    };
  }

  private placeOf(prototype: object): Place {
    const known = this.places.get(prototype);
    if (known !== undefined) return known;
    const place: Place = { standIns: new StandIns(), applications: 0 };
    // Once: a wrapper that somebody puts over ours and takes away again must not take away a newer one of ours as well.
    place.standIns.put(prototype, this.name, this.make);
    this.places.set(prototype, place);
    return place;
  }
}
