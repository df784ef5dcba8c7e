/** The routes below the path of the monitor, beside the page itself. */
export const ROUTES = {
  script: 'page.js',
  style: 'page.css',
  data: 'data.json',
  nagios: 'nagios.xml',
  events: 'events',
} as const;
