/** Whether ECS would run a task: with the secrets of its containers, or not, in ECS's own words. */
export type Clearance =
  | { readonly starts: true; readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>> }
  | { readonly starts: false; readonly reason: string };
