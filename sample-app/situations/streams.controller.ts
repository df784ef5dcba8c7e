import { Readable } from 'node:stream';
import { Controller, Get, type MessageEvent, Sse, StreamableFile } from '@nestjs/common';
import { map, type Observable, take, timer } from 'rxjs';

/** Responses that are still being sent long after their handler has returned. */
@Controller()
export class StreamsController {
  /** Five server-sent events, 200 ms apart. */
  @Sse('stream')
  stream(): Observable<MessageEvent> {
    return timer(0, 200).pipe(
      take(5),
      map((index) => ({ data: { bark: index + 1 } })),
    );
  }

  @Get('download')
  download(): StreamableFile {
    return new StreamableFile(Readable.from(pedigrees()), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="pedigrees.csv"',
    });
  }
}

/** About 300 KB of CSV, created in chunks: the length of the response is not known in advance. */
function* pedigrees(): Generator<string> {
  yield 'dog,father,mother\n';
  for (let generation = 0; generation < 10; generation++) {
    const rows = Array.from({ length: 1000 }, (_, row) => {
      const dog = generation * 1000 + row;
      return `Dog ${dog},Dog ${2 * dog + 1},Dog ${2 * dog + 2}\n`;
    });
    yield rows.join('');
  }
}
