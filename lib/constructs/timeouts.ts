import { Duration } from 'aws-cdk-lib';

/** Seconds a service has to answer, and so what a leaving task may still be busy with. */
const REQUEST = 20;
/** Seconds the balancer leaves a request that it has sent to a task which leaves: as long as the edge waits. */
const DEREGISTRATION = 30;
const DRAIN = DEREGISTRATION + REQUEST + 5;

/**
 * The one clock. Every timeout on a request's way comes from here, in two orders:
 * deadlines shrink inward, so that whoever waits hears from the one it waits for before it gives up;
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
    /** What a binding gives a call when it doesn't say. */
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
    /** The balancer lets requests finish that it has sent. */
    deregistration: Duration.seconds(DEREGISTRATION),
    /** From SIGTERM to the last answer, right whether it comes before deregistration or after. */
    drain: Duration.seconds(DRAIN),
    /** From SIGTERM to SIGKILL; Fargate allows 120 s, which is also the notice on Spot. */
    stop: Duration.seconds(DRAIN + 10),
  },
  /** How a task arrives. */
  arrive: {
    /** Failed container checks do not count yet. */
    start: Duration.seconds(30),
    /** No check of any kind ends a task yet. */
    grace: Duration.seconds(60),
  },
  /** How often and how patiently health is asked for. */
  health: {
    interval: Duration.seconds(10),
    timeout: Duration.seconds(5),
  },
} as const;
