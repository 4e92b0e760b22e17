import type { ListenerAction } from '../../../system/resources/listener-action.ts';
import { type Exchange, pathOf, queryOf } from '../http/exchange.ts';

/** The location of a redirect: its template with each `#{…}` filled in from the request. */
export const redirectTo = (
  redirect: ListenerAction & { kind: 'redirect' },
  { headers, path }: Exchange,
  protocol: string,
  port: number,
): string => {
  const own: Readonly<Record<string, string>> = {
    protocol: protocol.toLowerCase(),
    host: String(headers.host ?? '').replace(/:\d+$/, ''),
    port: String(port),
    path: pathOf(path).slice(1),
    query: queryOf(path),
  };
  const fill = (template: string): string => template.replace(/#\{(\w+)\}/g, (kept, name: string) => own[name] ?? kept);
  const query = fill(redirect.query);
  const origin = `${fill(redirect.protocol).toLowerCase()}://${fill(redirect.host)}:${fill(redirect.port)}`;
  return `${origin}${fill(redirect.path)}${query === '' ? '' : `?${query}`}`;
};
