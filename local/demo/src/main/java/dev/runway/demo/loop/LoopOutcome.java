package dev.runway.demo.loop;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What people and the release process did in the act. */
final class LoopOutcome {
  /** Ids of commands that a person has approved. */
  final Set<String> approved = new HashSet<>();

  /** Versions that had a share of the traffic on trial, in the order in which they began. */
  final List<CanaryTrial> canaries = new ArrayList<>();

  /** Version of the flights that was trained on labels the wrong way round; empty before. */
  String reversed = "";

  /** The command that a person has asked for; empty before. */
  String byHand = "";

  /** Whether a version took over after its trial. */
  boolean isPromoted(String modelId, String version) {
    return canaries.stream()
        .anyMatch(trial -> trial.isOf(modelId, version) && trial.verdict().equals("PROMOTE"));
  }
}
