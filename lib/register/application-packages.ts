/** The folder of this package's files. */
const OWN_FOLDER = new URL('.', import.meta.url).href;

/**
 * Finds the packages that this library imports where the application finds them. The library may be installed elsewhere,
 * for example globally, where it would find another copy of Nest or none.
 */
export class ApplicationPackages {
  /** @param place the file from whose place packages are resolved: that of the program until Nest is found */
  constructor(private place: string) {}

  /** @param url a file of the application's @nestjs/core */
  foundNest(url: string): void {
    this.place = url;
  }

  /** The file from whose place a specifier is to be resolved first; undefined if it is none of our imports. */
  parentFor(specifier: string, parentURL: string | undefined): string | undefined {
    const isPackage = /^[\w@]/.test(specifier) && !specifier.startsWith('node:');
    return isPackage && parentURL?.startsWith(OWN_FOLDER) === true ? this.place : undefined;
  }
}
