import { BadRequestException, Injectable, NotFoundException, type PipeTransform } from '@nestjs/common';

const LARGEST_INTEGER = 2 ** 31 - 1;

/**
 * Unlike ParseIntPipe, it checks the range of ids: for a larger number, PostgreSQL fails the query instead of finding
 * nothing.
 */
@Injectable()
export class DogIdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    if (!/^-?\d+$/.test(text)) {
      throw new BadRequestException(`Expected the id of a dog to be a number, got "${text}".`);
    }
    const id = Number(text);
    if (Math.abs(id) > LARGEST_INTEGER) {
      throw new NotFoundException(`There is no dog ${text}.`);
    }
    return id;
  }
}
