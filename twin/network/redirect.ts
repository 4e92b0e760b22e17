import type { ListenerAction } from '../../system/resources/listener-action.ts';
import type { Exchange } from './exchange.ts';

/** Where a redirect leads: its template, with `#{…}` taken from the request. */
export const redirectTo = (
  redirect: ListenerAction & { kind: 'redirect' },
  { headers, path }: Exchange,
  protocol: string,
  port: number,
): string => {
  const question = path.indexOf('?');
  const own: Readonly<Record<string, string>> = {
    protocol: protocol.toLowerCase(),
    host: String(headers.host ?? '').replace(/:\d+$/, ''),
    port: String(port),
    path: (question < 0 ? path : path.slice(0, question)).slice(1),
    query: question < 0 ? '' : path.slice(question + 1),
  };
  const fill = (template: string): string => template.replace(/#\{(\w+)\}/g, (kept, name: string) => own[name] ?? kept);
  const query = fill(redirect.query);
  const origin = `${fill(redirect.protocol).toLowerCase()}://${fill(redirect.host)}:${fill(redirect.port)}`;
  return `${origin}${fill(redirect.path)}${query === '' ? '' : `?${query}`}`;
};
