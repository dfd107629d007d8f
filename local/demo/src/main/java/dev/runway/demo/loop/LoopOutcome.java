package dev.runway.demo.loop;

/** What people did in the act. */
final class LoopOutcome {
  /** Commands that a person has approved. */
  int approvals;

  /** The command that a person has asked for; empty before. */
  String byHand = "";
}
