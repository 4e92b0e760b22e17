import { partitionOf } from '../../assembly/partition.ts';
import { logGroup } from '../../system/resources/log-group.ts';
import type { System } from '../../system/system.ts';
import type { AwsApi, Call, Operation } from './api.ts';
import { AwsError } from './aws-error.ts';
import { json11 } from './protocol.ts';

/** Takes the lines a task sends to CloudWatch Logs by itself. */
export type LogSink = (group: string, stream: string, line: string) => void;

/** Writing log lines; reading them is what `mosaic logs` is for. */
export function logs(system: System, write: LogSink): AwsApi {
  const prefix = `arn:${partitionOf(system.region)}:logs:${system.region}:${system.account}`;
  const group = ({ input }: Call): string => String(input.logGroupName);
  const stream = ({ input }: Call): string => String(input.logStreamName);
  const onStream = (action: string, perform: (call: Call) => object): Operation => ({
    accesses: (call) => [
      { action: `logs:${action}`, resource: `${prefix}:log-group:${group(call)}:log-stream:${stream(call)}` },
    ],
    perform: (call) => {
      if (!system.find(logGroup, group(call))) {
        throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
      }
      return perform(call);
    },
  });

  const operations: Record<string, Operation> = {
    CreateLogStream: onStream('CreateLogStream', () => ({})),
    PutLogEvents: onStream('PutLogEvents', (call) => {
      const events = Array.isArray(call.input.logEvents) ? (call.input.logEvents as { message?: unknown }[]) : [];
      for (const { message } of events) write(group(call), stream(call), String(message));
      return {};
    }),
  };
  return { service: 'logs', protocol: json11, operation: (name) => operations[name] };
}
