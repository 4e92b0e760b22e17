import { Duration } from 'aws-cdk-lib';

/** Seconds a service has to answer, and so how long a stopping task may still be busy. */
const REQUEST = 20;
/** Seconds the balancer gives requests already sent to a stopping task: as long as the edge waits. */
const DEREGISTRATION = 30;
const DRAIN = DEREGISTRATION + REQUEST + 5;

/**
 * The one clock. Every timeout on a request's way comes from here, in two orders:
 * deadlines shrink inward, so that a caller hears from its callee before it gives up;
 * idle timeouts grow inward, so that nobody sends a request into a connection its peer is closing.
 */
export const Timeouts = {
  /** Deadlines, outermost first. */
  deadline: {
    /** The HTTP API gives up on the balancer; its own limit is 30 s. */
    edge: Duration.seconds(29),
    /** The callee's Service Connect proxy ends a request. */
    proxy: Duration.seconds(25),
    /** A service answers, or says that it cannot. */
    request: Duration.seconds(REQUEST),
    /** Longest a binding may give a call. */
    callCeiling: Duration.seconds(15),
    /** How long a call may take unless its binding says otherwise. */
    call: Duration.seconds(5),
    /** One attempt of an AWS SDK call. */
    sdk: Duration.seconds(3),
  },
  /** Idle connections, outermost first. */
  idle: {
    /** The balancer closes a connection to a task. Longer than any deadline: a slow answer is not an idle one. */
    balancer: Duration.seconds(60),
    /** A Service Connect proxy closes one. */
    proxy: Duration.seconds(65),
    /** The service itself does. */
    server: Duration.seconds(75),
  },
  /** How a task leaves, in the order it happens. */
  leave: {
    /** The balancer lets the requests it has sent finish. */
    deregistration: Duration.seconds(DEREGISTRATION),
    /** From SIGTERM to the last answer, right whether it comes before deregistration or after. */
    drain: Duration.seconds(DRAIN),
    /** From SIGTERM to SIGKILL; Fargate allows 120 s, which is also the notice on Spot. */
    stop: Duration.seconds(DRAIN + 10),
  },
  /** How a task arrives. */
  arrive: {
    /** Failed container checks do not count yet, unless a service says otherwise (`startWithin`). */
    start: Duration.seconds(30),
    /** They count from here on, but no check of any kind ends a task yet. */
    settle: Duration.seconds(30),
  },
  /** How often health is checked, and how long a check may take. */
  health: {
    interval: Duration.seconds(10),
    timeout: Duration.seconds(5),
  },
} as const;
