/**
 * Whether a request is meant by a pattern: method and route as in `POST /webhooks`, `*` for any of either.
 * Routes are written as in the API's reference, `/webhooks/{webhook_id}`.
 */
export function isMeant(pattern: string, method: string, route: string): boolean {
  const [wantedMethod = '*', wantedRoute = '*'] = pattern.split(' ');
  if (wantedMethod !== '*' && wantedMethod.toUpperCase() !== method) return false;
  return wantedRoute === '*' || wantedRoute === route;
}
