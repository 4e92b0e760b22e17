/** What becomes of a property (or of a whole resource: property `*`) when the system is rehearsed. */
export interface Honesty {
  /** `stack/logicalId` */
  readonly id: string;
  readonly type: string;
  readonly property: string;
  readonly verdict: 'simulated' | 'accepted' | 'refused';
  readonly why: string;
}
