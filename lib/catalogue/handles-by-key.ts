/**
 * The handles that belong to an object of an event, such as a data source or a cache. They are created on first use and
 * kept as long as the object exists, so that an event costs one lookup and no label text is built for it.
 */
export class HandlesByKey<Key extends object, Handles> {
  private byKey = new WeakMap<Key, Handles>();

  constructor(private readonly create: (key: Key) => Handles) {}

  of(key: Key): Handles {
    return this.byKey.get(key) ?? this.add(key);
  }

  replace(key: Key, handles: Handles): void {
    this.byKey.set(key, handles);
  }

  /** All handles are created anew on their next use. */
  clear(): void {
    this.byKey = new WeakMap();
  }

  private add(key: Key): Handles {
    const created = this.create(key);
    this.byKey.set(key, created);
    return created;
  }
}
