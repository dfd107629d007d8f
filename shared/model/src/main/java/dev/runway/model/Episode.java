package dev.runway.model;

/** Names the time since a model version was found stale. */
public final class Episode {
  private Episode() {}

  /**
   * Model, version and when, as a person reads it; where that is no id, as versions may be any
   * text, a UUID of the three.
   */
  public static String of(String modelId, String modelVersion, long sinceMillis) {
    String readable = modelId + "/" + modelVersion + "/" + sinceMillis;
    return isId(readable)
        ? readable
        : CauseId.of("episode", modelId, modelVersion, Long.toString(sinceMillis)).toString();
  }

  private static boolean isId(String text) {
    return text.length() <= Limits.MAX_ID && text.chars().allMatch(c -> c > ' ' && c <= '~');
  }
}
