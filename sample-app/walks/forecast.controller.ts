import { setTimeout } from 'node:timers/promises';
import { CacheInterceptor, CacheKey, CacheTTL } from '@nestjs/cache-manager';
import { Controller, Get, UseInterceptors } from '@nestjs/common';

interface Forecast {
  readonly madeAt: string;
  readonly weather: string;
}

const WEATHERS = ['sun', 'clouds', 'rain', 'wind'];

/** How long it takes to make a forecast, and how long it is good for. */
const FORECAST_MS = 200;
const FORECAST_CACHE_MS = 60_000;

/** Slow when it works, so that a cache shows. */
@Controller('walks/forecast')
export class ForecastController {
  /** One key whatever the query: with the URL as the key, every `?x=1` would be a forecast of its own in the cache. */
  @Get()
  @UseInterceptors(CacheInterceptor)
  @CacheKey('kennel-forecast')
  @CacheTTL(FORECAST_CACHE_MS)
  async forecast(): Promise<Forecast> {
    await setTimeout(FORECAST_MS);
    const madeAt = new Date();
    return { madeAt: madeAt.toISOString(), weather: WEATHERS[madeAt.getSeconds() % WEATHERS.length] ?? 'fog' };
  }
}
