import type { Exchange } from '../http/exchange.ts';
import { newTraceId } from '../http/trace-id.ts';

/** Adds the headers in which an Application Load Balancer tells a target who asked, how, and in which trace. */
export const addBalancerHeaders = ({ headers, client }: Exchange, protocol: string, port: number): void => {
  const before = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = before === undefined ? client : `${before}, ${client}`;
  headers['x-forwarded-proto'] = protocol;
  headers['x-forwarded-port'] = String(port);
  const trace = headers['x-amzn-trace-id'];
  headers['x-amzn-trace-id'] = trace === undefined ? `Root=${newTraceId()}` : `Self=${newTraceId()};${trace}`;
};
