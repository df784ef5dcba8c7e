/** The data source that is chosen in the dashboard. */
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' } as const;
