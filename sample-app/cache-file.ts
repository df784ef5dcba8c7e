import { KeyvFile } from 'keyv-file';

/**
 * A KeyvFile that survives a file which cannot be written. What has expired it deletes without waiting for it, and
 * Node ends a process whose promise is rejected with nobody waiting.
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
