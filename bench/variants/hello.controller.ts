import { Controller, Get, Param } from '@nestjs/common';

/** As little work as a route can do, so that what is measured around it stands out. */
@Controller('hello')
export class HelloController {
  @Get(':id')
  greet(@Param('id') id: string): { hello: string } {
    return { hello: id };
  }
}
