import { aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuseOther } from './refusal.ts';

/** What a profile decides. Everything that differs between a cheap stage and a safe one stands here and nowhere else. */
export interface StageRules {
  /** Availability zones. Part of the platform's contract: another number is another version of it. */
  readonly zones: number;
  /** How private subnets reach the internet: one small instance, or a gateway per zone. */
  readonly nat: 'instance' | 'gateways';
  /** Whether tasks run on Fargate Spot, which AWS may take back with two minutes' notice. */
  readonly spot: boolean;
  /** CPU units of a task; Service Connect's proxy takes its part of them. */
  readonly cpu: number;
  /** Memory of a task in MiB. */
  readonly memory: number;
  /** Tasks a service never goes below. */
  readonly minTasks: number;
  /** Tasks a service never exceeds. */
  readonly maxTasks: number;
  /** How long logs are kept. */
  readonly logRetention: logs.RetentionDays;
  /** What happens to data and logs when their construct goes. */
  readonly removalPolicy: RemovalPolicy;
  /** Whether AWS refuses to delete tables, balancers and the like. */
  readonly deletionProtection: boolean;
  /** Whether the cluster pays for Container Insights. */
  readonly containerInsights: boolean;
}

const RULES: Record<'dev' | 'prod', StageRules> = {
  dev: {
    zones: 2,
    nat: 'instance',
    spot: true,
    cpu: 256,
    memory: 512,
    minTasks: 1,
    maxTasks: 4,
    logRetention: logs.RetentionDays.ONE_WEEK,
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    containerInsights: false,
  },
  prod: {
    zones: 3,
    nat: 'gateways',
    spot: false,
    cpu: 512,
    memory: 1024,
    minTasks: 2,
    maxTasks: 10,
    logRetention: logs.RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
    containerInsights: true,
  },
};

/** No region has more. */
const MOST_ZONES = 6;

/** A stage: any name, and one of two profiles which decide what it may cost and what it must survive. */
export class StageProfile {
  /** A cheap stage that leaves nothing behind: for a developer or a pull request. */
  static dev(name: string, changes: Partial<StageRules> = {}): StageProfile {
    return new StageProfile(name, 'dev', changes);
  }

  /** A stage that survives the loss of a zone and a mistaken delete. */
  static prod(name: string, changes: Partial<StageRules> = {}): StageProfile {
    return new StageProfile(name, 'prod', changes);
  }

  /** Name of the stage, for example `pr-7`. */
  readonly name: string;
  /** The profile it follows. */
  readonly profile: 'dev' | 'prod';
  /** What the profile decides. */
  readonly rules: StageRules;

  private constructor(name: string, profile: 'dev' | 'prod', changes: Partial<StageRules>) {
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
      throw new Error(
        `StageProfile.${profile}: a stage's name is lower-case letters, digits and dashes, a letter first, at most 31, ` +
          `got '${name}'; choose another name`,
      );
    }
    this.name = name;
    this.profile = profile;
    // An undefined change is no change: it must not switch off a safeguard.
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    this.rules = { ...RULES[profile], ...Object.fromEntries(given) };
    const { zones } = this.rules;
    if (!Number.isInteger(zones) || zones < 1 || zones > MOST_ZONES) {
      throw new Error(
        `StageProfile.${profile}('${name}'): zones must be a whole number from 1 to ${MOST_ZONES}, got ${zones}; ` +
          'use as many as the region has, at most',
      );
    }
  }
}

/** Refuses a value that is not a stage. */
export function expectStage(where: IConstruct, stage: StageProfile): void {
  if (typeof stage?.rules !== 'object') refuseOther(where, 'stage', stage, "StageProfile.dev('…') or prod('…')");
}
