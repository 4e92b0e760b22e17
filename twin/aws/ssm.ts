import type { AwsApi, Call, Operation } from './api.ts';
import { AwsError } from './aws-error.ts';
import type { Parameter, Parameters } from './parameters.ts';
import { json11 } from './protocol.ts';

const PAGE = 10;

/** Reading parameters; only templates write them. */
export function ssm(parameters: Parameters): AwsApi {
  const started = Math.floor(Date.now() / 1000);
  const shown = (parameter: Parameter): object => ({
    Name: parameter.name,
    ARN: parameter.arn,
    Type: parameter.kind,
    Value: parameter.value,
    Version: 1,
    DataType: 'text',
    LastModifiedDate: started,
  });
  const access = (action: string, name: string) => ({ action: `ssm:${action}`, resource: parameters.arn(name) });

  const operations: Record<string, Operation> = {
    GetParameter: {
      accesses: ({ input }) => [access('GetParameter', String(input.Name))],
      perform: ({ input }) => {
        const parameter = parameters.get(String(input.Name));
        if (!parameter) throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
        return { Parameter: shown(parameter) };
      },
    },
    GetParameters: {
      accesses: (call) => names(call).map((name) => access('GetParameters', name)),
      perform: (call) => ({
        Parameters: names(call)
          .flatMap((name) => parameters.get(name) ?? [])
          .map(shown),
        InvalidParameters: names(call).filter((name) => !parameters.get(name)),
      }),
    },
    GetParametersByPath: {
      accesses: ({ input }) => [access('GetParametersByPath', String(input.Path))],
      perform: ({ input }) => {
        if (input.ParameterFilters !== undefined) {
          throw new AwsError(
            'ValidationException',
            'the twin has no ParameterFilters in GetParametersByPath; filter what it returns',
          );
        }
        const found = parameters.under(String(input.Path), input.Recursive === true);
        const start = Number(input.NextToken ?? 0);
        const end = start + Math.min(Number(input.MaxResults ?? PAGE), PAGE);
        return {
          Parameters: found.slice(start, end).map(shown),
          ...(end < found.length && { NextToken: String(end) }),
        };
      },
    },
  };
  return { service: 'ssm', protocol: json11, operation: (name) => operations[name] };
}

const names = ({ input }: Call): readonly string[] => (Array.isArray(input.Names) ? input.Names.map(String) : []);
