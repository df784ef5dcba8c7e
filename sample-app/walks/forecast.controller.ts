import { setTimeout } from 'node:timers/promises';
import { CacheInterceptor, CacheKey, CacheTTL } from '@nestjs/cache-manager';
import { Controller, Get, UseInterceptors } from '@nestjs/common';

interface Forecast {
  readonly madeAt: string;
  readonly weather: string;
}

const WEATHERS = ['sun', 'clouds', 'rain', 'wind'];

/** How long a forecast takes, and how long it is cached. */
const FORECAST_MS = 200;
const FORECAST_CACHE_MS = 60_000;

/** Slow without the cache, so that the effect of the cache is visible. */
@Controller('walks/forecast')
export class ForecastController {
  /** One key for all queries. With the URL as the key, every `?x=1` would be cached separately. */
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
