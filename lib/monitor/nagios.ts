import { type TotalCounts } from './store.js';

/** The totals as django-redis-monitor's `nagios.xml` has them, for the checks that read it already. */
export function nagiosXml({ requests, requestMicros, statements, statementMicros }: TotalCounts): string {
  return `<status>
\t<timing>
\t\t<databaseCalls>
\t\t\t<count>${statements}</count>
\t\t\t<totalTimeInMillis>${Math.round(statementMicros / 1000)}</totalTimeInMillis>
\t\t</databaseCalls>
\t\t<requests>
\t\t\t<count>${requests}</count>
\t\t\t<totalTimeInMillis>${Math.round(requestMicros / 1000)}</totalTimeInMillis>
\t\t</requests>
\t</timing>
</status>
`;
}
