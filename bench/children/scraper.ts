import { answer } from '../child.js';
import { scrape } from '../scrape.js';

/** Scrapes a port every second, as a Prometheus does: in a process of its own, beside that of the load. */
const port = Number(process.argv[2]);
let timer: NodeJS.Timeout | undefined;

const commands = {
  start: () => {
    void scrape(port);
    timer = setInterval(() => void scrape(port), 1000);
  },
  stop: () => clearInterval(timer),
};
export type Scraper = typeof commands;

answer(commands);
