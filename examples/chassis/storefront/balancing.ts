import {
  availabilityFilter,
  type Balancer,
  defaultBalancer,
  leastRequests,
  randomChoice,
  roundRobin,
  variableSetting,
  weightedResponseTime,
} from '../../../services/chassis/index.ts';

/** Rules to try; each leaves out failing instances. */
const rules: Readonly<Record<string, () => Balancer>> = {
  default: defaultBalancer,
  'least-requests': () => availabilityFilter(leastRequests()),
  random: () => availabilityFilter(randomChoice()),
  'response-time': () => availabilityFilter(weightedResponseTime()),
  'round-robin': () => availabilityFilter(roundRobin()),
};

/** Which rule to use: `STOCK_BALANCING`. */
export const balancingSetting = variableSetting({
  variable: 'STOCK_BALANCING',
  expected: Object.keys(rules).join(', '),
  fallback: defaultBalancer,
  parse: (name) => (Object.hasOwn(rules, name) ? rules[name] : undefined),
});
