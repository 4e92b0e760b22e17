/** A party on the twin's network: a task, a balancer, a VPC link. */
export interface Member {
  /** `catalog/3f2a` for a task, the construct path for a balancer. */
  readonly id: string;
  /** What reports call it: `catalog`. */
  readonly name: string;
  /** Construct path, for the words of a fix. */
  readonly path: string;
  /** Security groups, by id. */
  readonly groups: readonly string[];
  /** Address inside the VPC, for rules that name address ranges. */
  readonly vpcAddress: string | undefined;
  /** Address in the twin's address plan. */
  readonly address: string;
}
