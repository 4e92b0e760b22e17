import { type Exchange, respond } from '../http/exchange.ts';

const TITLES: Readonly<Record<number, string>> = {
  301: '301 Moved Permanently',
  302: '302 Found',
  400: '400 Bad Request',
  413: '413 Request Entity Too Large',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** Answers in the balancer's own name. */
export const page = (exchange: Exchange, status: number, headers: Record<string, string> = {}): void => {
  const title = TITLES[status] ?? String(status);
  const head = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n`;
  const body = `${head}<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  respond(exchange, status, 'text/html', body, { ...headers, server: 'awselb/2.0' });
};
