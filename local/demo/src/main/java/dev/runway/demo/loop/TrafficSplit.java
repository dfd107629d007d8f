package dev.runway.demo.loop;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which of two versions answers a case while one of them is on canary: by a hash of the case, so
 * that a case would have the same answer again, and with the version in it, so that it is not
 * always the same cases that are tried on.
 */
final class TrafficSplit {
  static final String EXPERIMENT = "canary";
  static final String CHAMPION = "champion";
  static final String CHALLENGER = "challenger";

  /** As the model document declares it. */
  static final String CHAMPION_ARM = EXPERIMENT + ":" + CHAMPION;

  static final String CHALLENGER_ARM = EXPERIMENT + ":" + CHALLENGER;

  private static final double HALF_RANGE = 0x1.0p63;

  private TrafficSplit() {}

  /**
   * Whether a case is among those that the version on canary answers.
   *
   * @param share of all cases, 0 to 1
   */
  static boolean isTried(String modelId, String version, String caseId, double share) {
    byte[] hash =
        sha256().digest((modelId + '|' + version + '|' + caseId).getBytes(StandardCharsets.UTF_8));
    double place = (ByteBuffer.wrap(hash).getLong() >>> 1) / HALF_RANGE;
    return place < share;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
