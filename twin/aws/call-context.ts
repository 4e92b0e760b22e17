import type { RequestContext } from '../../system/iam/request-context.ts';
import { arnOf, type Credentials, type TaskPrincipal } from './identities.ts';

/** The condition keys every request has, whatever its API; computed only when a policy asks. */
export function callContext(
  principal: TaskPrincipal,
  credentials: Credentials,
  request: {
    readonly region: string;
    readonly account: string;
    readonly secure: boolean;
    readonly userAgent: string | undefined;
  },
  more: RequestContext | undefined,
): RequestContext {
  const own = (key: string): string | undefined => {
    switch (key) {
      case 'aws:requestedregion':
        return request.region;
      case 'aws:securetransport':
        return String(request.secure);
      case 'aws:principalarn':
        return principal.roleArn;
      case 'aws:principalaccount':
        return principal.roleArn.split(':')[4];
      case 'aws:resourceaccount':
        return request.account;
      case 'aws:principaltype':
        return 'AssumedRole';
      case 'aws:userid':
        return arnOf(principal, request.account).split('/').slice(1).join(':');
      case 'aws:principalisawsservice':
      case 'aws:viaawsservice':
        return 'false';
      case 'aws:currenttime':
        return new Date().toISOString();
      case 'aws:epochtime':
        return String(Math.floor(Date.now() / 1000));
      case 'aws:tokenissuetime':
        return new Date(credentials.issued).toISOString();
      case 'aws:useragent':
        return request.userAgent;
      default:
        return undefined;
    }
  };
  return { get: (key) => more?.get(key) ?? own(key) };
}
