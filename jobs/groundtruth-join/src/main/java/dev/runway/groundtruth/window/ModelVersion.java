package dev.runway.groundtruth.window;

/** A version of a model: what windows are kept under. */
public record ModelVersion(String modelId, String version) {

  /** Written out, for state is spread by it: it is the same in every release of the JDK. */
  @Override
  public int hashCode() {
    return 31 * modelId.hashCode() + version.hashCode();
  }
}
