/** The one answer to "may this happen?", for IAM and network alike, so that denial, report and review share one printer. */
export type Decision = Allowed | Denied;

export interface Allowed {
  readonly verdict: 'allow';
  /** The statement or rule that allows it. */
  readonly by: string;
}

export interface Denied {
  readonly verdict: 'deny';
  /** What forbids it, or that nothing allows it: `no statement of WebBffTaskRole allows it`. */
  readonly why: string;
  /** What the policy or group would gain: `dynamodb:GetItem on arn:…:table/Products`. */
  readonly missing: string;
  /** The line of code that grants it: `on dev/WebBff: bind(Binding.read(products))`. */
  readonly fix: string;
}
