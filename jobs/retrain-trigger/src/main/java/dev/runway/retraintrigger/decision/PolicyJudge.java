package dev.runway.retraintrigger.decision;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.runway.policy.Condition.Answer;
import dev.runway.policy.Facts;
import dev.runway.policy.RetrainPolicy;
import dev.runway.retraintrigger.decision.CompiledConditions.Compiled;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.state.Firing;
import dev.runway.retraintrigger.state.VersionFile;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of a model's policies ask for a retrain. */
final class PolicyJudge {
  private static final String LEFT_OUT = "leftOut";

  private final List<RetrainPolicy> policies = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();

  PolicyJudge(List<PolicySet.Written> written) {
    for (PolicySet.Written one : written) {
      take(one);
    }
  }

  /** In place of the last policies, for which there is no room in the inputs of a decision. */
  static PolicySet.Written leftOut(int policies) {
    return new PolicySet.Written(0, JsonNodeFactory.instance.objectNode().put(LEFT_OUT, policies));
  }

  private void take(PolicySet.Written written) {
    int leftOut = written.document().path(LEFT_OUT).asInt();
    if (leftOut > 0) {
      broken.add("The last " + leftOut + " policies are left out: all of them are too large");
      return;
    }
    try {
      RetrainPolicy policy = RetrainPolicy.of(written.version(), written.document());
      if (policy.notifies()) {
        return; // Telling people is for others.
      }
      String complaint = complaint(policy);
      if (complaint == null) {
        policies.add(policy);
      } else {
        broken.add(policy.name() + " does not compile in this release: " + complaint);
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      broken.add("no policy of this release: " + e.getMessage());
    }
  }

  private static @Nullable String complaint(RetrainPolicy policy) {
    String when = CompiledConditions.of(policy.when()).complaint();
    String unless = policy.unless();
    return when != null || unless == null ? when : CompiledConditions.of(unless).complaint();
  }

  /** Whether any policy decides about the model, be it one that cannot be read. */
  boolean anyGiven() {
    return !policies.isEmpty() || !broken.isEmpty();
  }

  /** What is wrong with policies that cannot be read. */
  List<String> broken() {
    return broken;
  }

  /** The first one, which says what no other does; null when there is none. */
  @Nullable RetrainPolicy first() {
    return policies.isEmpty() ? null : policies.get(0);
  }

  /**
   * The first policy that asks for a retrain after this window: what held in earlier ones alone
   * asks for nothing, for it may be long ago.
   *
   * @param counting what the window counts by
   * @param facts all that is known at its end
   * @param counts whether the window counts: of one without data nothing is learnt
   * @param waits whether a command was asked for, and waits for nothing but the fleet
   * @param samples predictions that the window counts by
   */
  @Nullable RetrainPolicy firing(
      VersionFile file,
      Facts counting,
      Facts facts,
      boolean counts,
      boolean waits,
      double samples) {
    file.firings
        .keySet()
        .removeIf(name -> policies.stream().noneMatch(policy -> policy.name().equals(name)));
    RetrainPolicy firing = null;
    for (RetrainPolicy policy : policies) {
      boolean asks = waits;
      if (counts && samples >= policy.minSamples()) {
        Answer answer = judge(policy.when(), counting);
        count(file, policy, answer);
        asks = answer == Answer.YES || (waits && answer == Answer.UNKNOWN);
      }
      Firing windows = file.firings.get(policy.name());
      boolean fires =
          asks
              && windows != null
              && windows.policyVersion() == policy.version()
              && windows.held() >= policy.windows()
              && isFree(policy, facts);
      if (fires && firing == null) {
        firing = policy;
      }
    }
    return firing;
  }

  private static void count(VersionFile file, RetrainPolicy policy, Answer answer) {
    Firing before = file.firings.get(policy.name());
    if (before == null || before.policyVersion() != policy.version()) {
      before = new Firing(policy.version(), "");
    }
    file.firings.put(
        policy.name(),
        answer == Answer.UNKNOWN ? before : before.and(answer == Answer.YES, policy.of()));
  }

  /** What cannot be known holds a command back. */
  private static boolean isFree(RetrainPolicy policy, Facts facts) {
    String unless = policy.unless();
    return unless == null || judge(unless, facts) == Answer.NO;
  }

  private static Answer judge(String text, Facts facts) {
    Compiled compiled = CompiledConditions.of(text);
    return compiled.condition() == null ? Answer.UNKNOWN : compiled.condition().judge(facts);
  }
}
