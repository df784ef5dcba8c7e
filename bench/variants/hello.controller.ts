import { Controller, Get, Param } from '@nestjs/common';

/** A route with minimal work, so that the overhead around it stands out. */
@Controller('hello')
export class HelloController {
  @Get(':id')
  greet(@Param('id') id: string): { hello: string } {
    return { hello: id };
  }
}
