// The Grafana dashboards of examples/grafana/, from lib/dashboards/.

/** The sources that `dashboardFiles` is given. */
export const DASHBOARD_SOURCES = {
  dashboards: 'lib/dashboards/dashboards.ts',
  dashboardSettings: 'lib/dashboards/dashboard-settings.ts',
};

/** The content of each file, by its path below examples/. */
export function dashboardFiles({ dashboards, dashboardSettings }) {
  const generated = dashboards.dashboards(dashboardSettings.DEFAULT_DASHBOARD_SETTINGS);
  return Object.fromEntries(generated.map(({ file, json }) => [`grafana/${file}`, json]));
}
