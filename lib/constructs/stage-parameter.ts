import { Aspects, Fn, Lazy, Stack, aws_ssm as ssm, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { perApp, placeKey } from './per-app.ts';
import { inOneStack, refuse } from './refusal.ts';

/** Id of the construct in which an owner keeps what it writes. */
const CONTRACT = 'Contract';

/** An SSM parameter by which stacks find each other: one writes it, any may read it, neither depends on the other. */
export const StageParameter = {
  /** Writes a value of `owner`'s contract. Two owners of one name in an app are an error that names both. */
  write(owner: Construct, name: string, value: string): void {
    claim(owner, name);
    const contract = owner.node.tryFindChild(CONTRACT) ?? new Construct(owner, CONTRACT);
    new ssm.StringParameter(contract, name.slice(name.lastIndexOf('/') + 1), {
      parameterName: name,
      stringValue: value,
    });
  },

  /** Reads a value. A template declares the parameter only if the value is used in it. */
  read(scope: Construct, name: string): string {
    return Lazy.string({ produce: () => ssm.StringParameter.valueForStringParameter(scope, name) });
  },

  /** Reads a list of exactly `length` values. */
  readList(scope: Construct, name: string, length: number): string[] {
    const list = (): string[] => Fn.split(',', ssm.StringParameter.valueForStringParameter(scope, name));
    return Array.from({ length }, (_, index) => Lazy.string({ produce: () => Fn.select(index, list()) }));
  },

  /** Reads a number. */
  readNumber(scope: Construct, name: string): number {
    return Token.asNumber(Lazy.any({ produce: () => ssm.StringParameter.valueForStringParameter(scope, name) }));
  },

  /** Reads the id of a security group; CloudFormation refuses the deployment if there is no such group. */
  readSecurityGroupId(scope: Construct, name: string): string {
    const type = ssm.ParameterValueType.AWS_EC2_SECURITYGROUP_ID;
    return Lazy.string({ produce: () => ssm.StringParameter.valueForTypedStringParameterV2(scope, name, type) });
  },
};

/**
 * Lets synthesis fail where a contract is read in the stack that writes it, or in one around that: CloudFormation looks
 * parameters up before it makes anything, so such a stack could never be deployed first. A nested stack that is deployed
 * together with the writer waits for what it writes. `name` is one of the contract.
 */
export function expectForeignContract(reader: Construct, name: string): void {
  reader.node.addValidation({
    validate: () => {
      const owner = ownersOf(reader).get(placeKey(reader, name));
      if (!owner || !isWithin(Stack.of(reader), Stack.of(owner))) return [];
      return [
        `${reader.node.path}: a contract is read before the stack that reads it makes anything, got ${owner.node.path}, ` +
          `which writes it in that stack; use ${owner.node.path} itself`,
      ];
    },
  });
  // The writer may be made after the reader.
  Aspects.of(reader).add({
    visit: (node) => {
      const owner = ownersOf(reader).get(placeKey(reader, name));
      const { nestedStackResource } = Stack.of(reader);
      if (node !== reader || !owner || !nestedStackResource || !inOneStack(reader, owner)) return;
      if (!isWithin(Stack.of(reader), Stack.of(owner))) {
        nestedStackResource.node.addDependency(owner.node.findChild(CONTRACT));
      }
    },
  });
}

function isWithin(outer: Stack, inner: Stack): boolean {
  return inner === outer || (inner.nestedStackParent !== undefined && isWithin(outer, inner.nestedStackParent));
}

const ownersOf = perApp(() => new Map<string, Construct>());

function claim(owner: Construct, name: string): void {
  const owners = ownersOf(owner);
  const key = placeKey(owner, name);
  const other = owners.get(key);
  if (other && other !== owner) {
    const { account, region } = Stack.of(owner);
    const nowhere = Token.isUnresolved(account) || Token.isUnresolved(region);
    refuse(
      owner,
      `cannot write the contract ${name}, which ${other.node.path} writes already; give one of the two another stage ` +
        `or, if it is a service, another name${nowhere ? ', or each stack an env if they are for different accounts or regions' : ''}`,
    );
  }
  owners.set(key, owner);
}
