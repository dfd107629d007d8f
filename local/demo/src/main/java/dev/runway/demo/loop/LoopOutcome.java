package dev.runway.demo.loop;

import java.util.HashSet;
import java.util.Set;

/** What people did in the act. */
final class LoopOutcome {
  /** Ids of commands that a person has approved. */
  final Set<String> approved = new HashSet<>();

  /** The command that a person has asked for; empty before. */
  String byHand = "";
}
