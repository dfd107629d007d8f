package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Locale;

/**
 * A version that had a share of the traffic on trial, and what the canary gate said of it last.
 *
 * @param version on trial
 * @param champion the one beside it
 * @param share of the traffic
 * @param beganAtMillis in the time of the act
 * @param endedAtMillis when it was decided, or {@link #OPEN}
 * @param said the gate's answer; missing before the first
 */
record CanaryTrial(
    String modelId,
    String version,
    String champion,
    double share,
    long beganAtMillis,
    long endedAtMillis,
    JsonNode said) {

  /** End of a trial that goes on. */
  static final long OPEN = Long.MAX_VALUE;

  static CanaryTrial begun(
      String modelId, String version, String champion, double share, long atMillis) {
    return new CanaryTrial(
        modelId, version, champion, share, atMillis, OPEN, MissingNode.getInstance());
  }

  CanaryTrial answered(JsonNode answer) {
    return new CanaryTrial(modelId, version, champion, share, beganAtMillis, endedAtMillis, answer);
  }

  CanaryTrial ended(long atMillis) {
    return new CanaryTrial(modelId, version, champion, share, beganAtMillis, atMillis, said);
  }

  boolean isOf(String model, String itsVersion) {
    return modelId.equals(model) && version.equals(itsVersion);
  }

  boolean isOpen() {
    return endedAtMillis == OPEN;
  }

  /** Of the gate; UNDECIDED before its first answer. */
  String verdict() {
    return said.path("verdict").asText("UNDECIDED");
  }

  /** TEST, RULE, or nothing. */
  String decidedBy() {
    return said.path("decided_by").asText("");
  }

  /** Labels of the two, the one on trial first. */
  long labels(int arm) {
    return said.path("arms").path(arm).path("labels").asLong();
  }

  /** Mean log loss of the one on trial less that of the other, and the interval. */
  String estimate() {
    return said.has("difference")
        ? String.format(Locale.ROOT, "%+.3f", said.path("difference").asDouble())
        : "";
  }

  /** Holds at whatever time one looks. */
  String interval() {
    return said.has("low")
        ? String.format(
            Locale.ROOT,
            "%+.3f to %+.3f",
            said.path("low").asDouble(),
            said.path("high").asDouble())
        : "";
  }

  /** Of a split of the traffic so far from the planned one. */
  String sampleRatioP() {
    return said.has("sample_ratio_p")
        ? String.format(Locale.ROOT, "%.2g", said.path("sample_ratio_p").asDouble())
        : "";
  }

  private String difference() {
    if (estimate().isEmpty()) {
      return "";
    }
    String between = interval().isEmpty() ? "" : " (" + interval() + ")";
    return "log loss " + estimate() + between + " on ";
  }

  /** In a line. */
  String words() {
    return String.format(
        Locale.ROOT,
        "%s%d cases against %d of version %s%s: %s",
        difference(),
        labels(0),
        labels(1),
        champion,
        sampleRatioP().isEmpty() ? "" : ", split p " + sampleRatioP(),
        said.path("reason").asText("nothing is known yet"));
  }
}
