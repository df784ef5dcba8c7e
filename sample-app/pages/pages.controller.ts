import { Controller, DefaultValuePipe, Get, Headers, Query, Render } from '@nestjs/common';

/** Pages for the browser, from the templates in `views/`. */
@Controller()
export class PagesController {
  @Get()
  @Render('home')
  home(@Headers('host') host: string): { host: string } {
    return { host };
  }

  @Get('hello')
  @Render('hello')
  hello(@Query('name', new DefaultValuePipe('world')) name: string): { name: string } {
    return { name };
  }
}
