/** One end of a connection, as security groups see it. */
export interface Party {
  /** What reports call it: `catalog`. */
  readonly name: string;
  /** Construct path, for the words of a fix. */
  readonly path: string;
  /** Security groups, by id; none means the default group of the VPC. */
  readonly groups: readonly string[];
  /** Address inside the VPC; undefined for someone on the internet. */
  readonly vpcAddress: string | undefined;
}
