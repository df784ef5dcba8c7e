import { KeyvFile } from 'keyv-file';

/**
 * A KeyvFile that survives a file which cannot be written. It deletes expired entries without awaiting the result, and
 * Node ends the process on an unhandled rejection.
 */
export class CacheFile extends KeyvFile {
  override async delete(key: string): Promise<boolean> {
    try {
      return await super.delete(key);
    } catch (error) {
      this.emit('error', error);
      return false;
    }
  }
}
